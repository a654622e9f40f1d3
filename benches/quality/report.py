"""Tables of the contest, as Markdown."""

import math
import statistics
from collections.abc import Iterable

SHOWN = ("fd64", "density", "coverage", "colour", "contrast", "mesh", "grain")
DIGITS = {"fd64": 1, "colour": 1, "grain": 1}
BASE = "article"


def number(name: str, value: float) -> str:
    return f"{value:.{DIGITS.get(name, 2)}f}"


def one_line(figures: dict[str, float]) -> str:
    return "  ".join(f"{name} {number(name, figures[name])}" for name in SHOWN)


def group(lines: Iterable[dict], *names: str) -> dict:
    found = {}
    for line in lines:
        found.setdefault(tuple(line[name] for name in names), []).append(line)
    return found


def snapshots(lines: list[dict], stage: str) -> list[dict]:
    """The newest line of each snapshot of a stage."""
    names = ("minutes", "data", "recipe", "seed", "fraction")
    found = group((line for line in lines if line["kind"] == "snapshot" and line["stage"] == stage), *names)
    return [same[-1] for same in found.values()]


def medians(runs: list[dict], figure: str) -> list[float]:
    """A figure of each run: the median over its snapshots."""
    return [statistics.median(line["figures"][figure] for line in run) for run in group(runs, "seed").values()]


def by_recipe(runs: list[dict]) -> dict[str, float]:
    """FD64 of each recipe: the median over seeds."""
    return {recipe: statistics.median(medians(own, "fd64")) for (recipe,), own in group(runs, "recipe").items()}


def ranking(lines: list[dict], stage: str) -> list[str]:
    """The recipes of a stage, best first: by FD64 relative to the best of each dataset, geometric mean over datasets.

    Recipes that were not tried on all datasets come last.
    """
    logs: dict[str, list[float]] = {}
    sets = group(snapshots(lines, stage), "minutes", "data")
    for found in sets.values():
        values = by_recipe(found)
        best = min(values.values())
        for recipe, value in values.items():
            logs.setdefault(recipe, []).append(math.log(value / best))
    return sorted(logs, key=lambda recipe: (-len(logs[recipe]), statistics.mean(logs[recipe])))


def markdown(lines: list[dict], only: str | None) -> str:
    stages = dict.fromkeys(line["stage"] for line in lines if line["kind"] == "snapshot")
    return "\n".join(part for stage in stages if only in (None, stage) for part in stage_tables(lines, stage))


def stage_tables(lines: list[dict], stage: str) -> list[str]:
    parts = []
    for (minutes, data), found in group(snapshots(lines, stage), "minutes", "data").items():
        size = found[0]["size"]
        parts.append(f"### {stage}: {data}, {size} × {size}, {minutes:g} minutes\n")
        parts.append(table(lines, data, size, found))
        failed = [line for line in lines if line["kind"] == "failed" and (line["stage"], line["data"]) == (stage, data)]
        for line in failed:
            parts.append(f"{line['recipe']}, seed {line['seed']}: {line['why']} before step {line['step']}.\n")
    return [*parts, *overall(lines, stage)]


def table(lines: list[dict], data: str, size: int, found: list[dict]) -> str:
    """Medians over seeds of the medians over snapshots; in brackets the lowest and highest seed."""
    rows = ["| recipe | steps | ms | seeds | FD64 | " + " | ".join(SHOWN[1:]) + " |"]
    rows.append("|---" * (5 + len(SHOWN) - 1) + "|")
    recipes = group(found, "recipe")
    for (recipe,), runs in sorted(recipes.items(), key=lambda item: statistics.median(medians(item[1], "fd64"))):
        fd64 = medians(runs, "fd64")
        cells = [recipe, f"{runs[-1]['steps']:,}", f"{runs[-1]['ms_per_step']:.0f}", str(len(fd64))]
        cells.append(f"{statistics.median(fd64):.1f} ({min(fd64):.1f} to {max(fd64):.1f})")
        cells += [number(name, statistics.median(medians(runs, name))) for name in SHOWN[1:]]
        rows.append("| " + " | ".join(cells) + " |")
    floor = [line for line in lines if line["kind"] == "floor" and (line["data"], line["size"]) == (data, size)]
    if floor:
        figures = floor[-1]["figures"]
        cells = [f"reals against reals, {figures['images']:,} each", "", "", "", number("fd64", figures["fd64"])]
        rows.append("| " + " | ".join(cells + [number(name, figures[name]) for name in SHOWN[1:]]) + " |")
    return "\n".join(rows) + "\n"


def overall(lines: list[dict], stage: str) -> list[str]:
    """FD64 of the article's recipe ÷ FD64 of each, over all datasets."""
    sets = group(snapshots(lines, stage), "minutes", "data")
    ratios: dict[str, list[float]] = {}
    for found in sets.values():
        values = by_recipe(found)
        for recipe, value in values.items():
            if BASE in values:
                ratios.setdefault(recipe, []).append(values[BASE] / value)
    if len(sets) < 2 or not ratios:
        return []
    rows = [f"### {stage}: all datasets\n"]
    rows.append(f"| recipe | FD64 of {BASE} ÷ its own, geometric mean | lowest | highest | datasets |")
    rows.append("|---|---|---|---|---|")
    order = sorted(ratios.items(), key=lambda item: -statistics.geometric_mean(item[1]))
    for recipe, found in order:
        mean = statistics.geometric_mean(found)
        rows.append(f"| {recipe} | {mean:.2f} | {min(found):.2f} | {max(found):.2f} | {len(found)} |")
    return ["\n".join(rows) + "\n"]
