"""Tables and plots of quality over minutes, for bench_quality.py."""

import math
import statistics
from pathlib import Path

from PIL import Image

import sheet
from report import SHOWN, group, number

# A program and a way in which its images are made, and the values of FD64 at each mark, one for each seed.
Curves = dict[str, dict[float, list[float]]]


def curves_of(lines: list[dict]) -> Curves:
    found: Curves = {}
    for line in lines:
        if line["shown"] == "as it comes" and line["program"] != "PyTorch":
            name = line["program"]
        else:
            name = f"{line['program']}, {line['shown']}"
        found.setdefault(name, {}).setdefault(line["minutes"], []).append(line["figures"]["fd64"])
    # Ours first, then in the order in which they were measured.
    return dict(sorted(found.items(), key=lambda item: item[0].startswith("PyTorch")))


def markdown(lines: list[dict]) -> str:
    parts = []
    for (data,), found in group((line for line in lines if line["kind"] == "quality"), "data").items():
        curves, size = curves_of(found), found[0]["size"]
        floor = next(line["figures"] for line in lines if line["kind"] == "floor" and line["data"] == data)
        parts.append(f"### {data}, {size} × {size}\n")
        parts.append(f"FD64; reals against reals, {floor['images']:,} each: {floor['fd64']:.1f}\n")
        parts += [table(curves), ratios(curves), figures_at_the_end(found)]
    return "\n".join(parts)


def table(curves: Curves) -> str:
    """Medians over seeds; in brackets the lowest and highest, if there are several."""
    marks = sorted({minutes for curve in curves.values() for minutes in curve})
    rows = ["| minutes | " + " | ".join(f"{minutes:g}" for minutes in marks) + " |", "|---" * (1 + len(marks)) + "|"]
    for name, curve in curves.items():
        cells = []
        for minutes in marks:
            values = curve.get(minutes, [])
            text = f"{statistics.median(values):.1f}" if values else ""
            cells.append(text + (f" ({min(values):.1f} to {max(values):.1f})" if len(values) > 1 else ""))
        rows.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(rows) + "\n"


def ratios(curves: Curves) -> str:
    """Each of PyTorch's curves against each of ours."""
    head = "| | FD64 ÷ ours after the last mark | minutes after which ours is as good as this after the last mark |"
    rows = [head, "|---|---|---|"]
    for ours, curve in curves.items():
        if ours.startswith("PyTorch"):
            continue
        for name, other in curves.items():
            marks = sorted(curve.keys() & other.keys())
            if name.startswith("PyTorch") and marks:
                last = marks[-1]
                goal = statistics.median(other[last])
                ratio = goal / statistics.median(curve[last])
                rows.append(f"| {name}, against {ours} ({last:g} minutes) | {ratio:.2f} | {as_good(curve, goal)} |")
    return "\n".join(rows) + "\n"


def as_good(curve: dict[float, list[float]], goal: float) -> str:
    """The minutes at which a curve first reaches a value; between marks, log FD64 is linear in log minutes."""
    before = None
    for minutes, values in sorted(curve.items()):
        value = statistics.median(values)
        if value <= goal:
            if before is None:
                return f"less than {minutes:g}"
            start, above = before
            share = math.log(above / goal) / math.log(above / value)
            return f"{start * (minutes / start) ** share:.1f}"
        before = minutes, value
    return f"more than {max(curve):g}"


def figures_at_the_end(lines: list[dict]) -> str:
    last = max(line["minutes"] for line in lines)
    rows = [f"| after {last:g} minutes | steps | ms | " + " | ".join(SHOWN) + " |", "|---" * (3 + len(SHOWN)) + "|"]
    at_the_end = [line for line in lines if line["minutes"] == last]
    for (program, shown), found in group(at_the_end, "program", "shown").items():
        cells = [f"{program}, {shown}", f"{found[0]['step']:,}", f"{found[0]['ms_per_step']:.0f}"]
        cells += [number(name, statistics.median(line["figures"][name] for line in found)) for name in SHOWN]
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows) + "\n"


def plots(lines: list[dict], out: Path) -> None:
    """A plot of FD64 over minutes for each dataset, as SVG and PNG, and a contact sheet of the last images."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    for (data,), found in group((line for line in lines if line["kind"] == "quality"), "data").items():
        figure, axes = pyplot.subplots(figsize=(7, 4.2), layout="constrained")
        for name, curve in curves_of(found).items():
            marks = sorted(curve)
            style = "--" if name.startswith("PyTorch") else "-"
            (line,) = axes.plot(marks, [statistics.median(curve[m]) for m in marks], style, marker="o", label=name)
            low, high = ([end(curve[m]) for m in marks] for end in (min, max))
            axes.fill_between(marks, low, high, color=line.get_color(), alpha=0.15, linewidth=0)
        floor = next(line["figures"] for line in lines if line["kind"] == "floor" and line["data"] == data)
        axes.axhline(floor["fd64"], color="grey", linewidth=1, label="reals against reals")
        axes.set(xlabel="minutes of training", ylabel="FD64, lower is better", title=data)
        axes.set_xlim(left=0)
        axes.set_ylim(bottom=0)
        axes.grid(alpha=0.3)
        axes.legend(frameon=False)
        for extension in ("svg", "png"):
            figure.savefig(out / f"{data}.{extension}", dpi=160)
        pyplot.close(figure)
        last = max(line["minutes"] for line in found)
        tiles = {"reals": f"{data}-reals.png"}
        for line in found:
            if line["minutes"] == last:
                tiles[f"{line['program']}, {line['shown']}, seed {line['seed']}"] = line["tiles"]
        named = [(name, Image.open(out / "tiles" / file)) for name, file in tiles.items()]
        sheet.assemble(named, out / f"{data}-images.png")
