"""Compares the images of dcgan with those of PyTorch's DCGAN example, over minutes of training on the same cores.

    bench_quality.py BINARY [--data NAME=PATH]… [--minutes 1,2,5,10,20,30] [--seeds 1] [--recipes default]
    bench_quality.py BINARY --report       writes the tables and the plots of what is there

Both train on the same prepared images, in turn, from one mark to the next. A minute is made from measured cost: the
time of a step is measured in alternation first, while nothing else should run, and a mark is minutes ÷ that time in
steps. After that other programs delay the comparison but do not distort it. Everything is kept in --out. Ctrl-C saves
both, and the same command continues. pytorch_dcgan.py describes PyTorch's side, judge.py the figures.
"""

import argparse
import json
import statistics
from pathlib import Path

import numpy as np

import curves
import report
import sheet
from costs import lower_quartile, warn_if_unsteady
from features import Extractor
from images import Images, Judge, prepared, sources
from program import Failed, Program, stop_on_signals
from programs import Ours, PyTorch, Trained
from results import Results


def costs(programs: list[Trained], options: argparse.Namespace) -> dict[str, float]:
    """Milliseconds per step of each program. All are measured together if one is missing, so that they compare."""
    path = options.costs or options.out / "costs.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    setting = f"{options.image_size} × {options.image_size}, {options.threads} threads"
    keys = {program.name: f"{program.name}, {setting}" for program in programs}
    if not known.keys() >= set(keys.values()):
        rounds: dict[str, list[float]] = {key: [] for key in keys.values()}
        for i in range(options.rounds):
            for program in programs:
                print(f"cost, round {i + 1} of {options.rounds}: {program.name}", flush=True)
                rounds[keys[program.name]].append(lower_quartile(program.step_times(options.cost_steps)))
        for key, found in rounds.items():
            known[key] = {"ms": statistics.median(found), "rounds": found}
            warn_if_unsteady(key, found)
        path.write_text(json.dumps(known, indent=1, ensure_ascii=False))
    return {name: known[key]["ms"] for name, key in keys.items()}


def compare(data: Images, seed: int, judge: Judge, options: argparse.Namespace, results: Results) -> None:
    ours = Program(options.binary, options.threads)
    runs = options.out / "runs"
    programs: list[Trained] = [Ours(ours, recipe, data, seed, runs) for recipe in options.recipes]
    programs.append(PyTorch(data, seed, options.threads, runs))
    ms = costs(programs, options)
    if options.costs_only:
        return
    for minutes in options.minutes:
        for program in programs:
            key = {"data": data.name, "seed": seed, "minutes": minutes, "program": program.name}
            missing = [shown for shown in program.shown if not results.all(**key, shown=shown)]
            if not missing:
                continue
            step = max(1, round(60_000 * minutes / ms[program.name]))
            print(f"{data.name}, seed {seed}: {program.name} to step {step:,} ({minutes:g} minutes)", flush=True)
            program.train_to(step)
            for shown in missing:
                generated = program.generate(shown, options.images)
                figures = judge(data.whole, generated)
                tiles = f"{data.name}-{minutes:g}min-{program.name}-{shown}-{seed}.png"
                sheet.save_tiles(options.out / "tiles" / tiles, generated)
                results.add(
                    kind="quality", **key, shown=shown, step=step, ms_per_step=ms[program.name],
                    size=options.image_size, tiles=tiles, figures=figures, version=ours.version(),
                )  # fmt: skip
                print(f"  {shown}: {report.one_line(figures)}", flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=Path)
    parser.add_argument("--report", action="store_true", help="only report what is there")
    parser.add_argument("--costs-only", action="store_true", help="stop when the costs are measured")
    parser.add_argument("--data", action="append", default=[], metavar="NAME=PATH", help="or cats [default: cats]")
    parser.add_argument("--datasets", type=Path, metavar="FILE.toml", help='lines NAME = "PATH"')
    parser.add_argument("--image-size", type=int, default=64)
    parser.add_argument("--channels", type=int, default=3)
    minutes = {"type": lambda text: sorted(float(word) for word in text.split(",")), "default": [1, 2, 5, 10, 20, 30]}
    parser.add_argument("--minutes", metavar="MARKS", **minutes)
    parser.add_argument("--seeds", type=int, default=1, help="number of seeds")
    parser.add_argument("--recipes", type=lambda text: text.split(","), default=["default"], help="ours, of recipes.py")
    parser.add_argument("--images", type=int, default=2500, help="to judge; fewer only to try the program")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--costs", type=Path, metavar="FILE.json", help="of an earlier comparison")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of measuring costs")
    parser.add_argument("--cost-steps", type=int, default=20, help="steps in a round")
    parser.add_argument("--extractor", type=Path, default=Path("target/extractor/efficientnet-lite0.onnx"))
    parser.add_argument("--out", type=Path, default=Path("target/bench-quality"))
    parser.add_argument("--table", type=Path, metavar="FILE.md", help="for the report [default: standard output]")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    stop_on_signals()
    results = Results(options.out / "results.jsonl")
    try:
        if not options.report:
            judge = Judge(Extractor.at(options.extractor, options.threads), options.out / "data", options.images)
            datasets = sources(options.data, options.datasets).items()
            program, size = Program(options.binary, options.threads), options.image_size
            for seed in range(1, options.seeds + 1):
                for name, source in datasets:
                    data = prepared(program, name, source, size, options.channels, options.out / "data")
                    if not options.costs_only:
                        add_floor(data, judge, options, results)
                    compare(data, seed, judge, options, results)
    except KeyboardInterrupt:
        raise SystemExit("stopped; the same command continues") from None
    except Failed as failed:
        raise SystemExit(f"error: {failed}") from None
    if options.costs_only:
        return
    text = curves.markdown(results.lines)
    options.table.write_text(text) if options.table else print(text)
    curves.plots(results.lines, options.out)


def add_floor(data: Images, judge: Judge, options: argparse.Namespace, results: Results) -> None:
    if not results.all(kind="floor", data=data.name):
        results.add(kind="floor", data=data.name, size=options.image_size, figures=judge.floor(data.whole))
        array = np.load(data.path, mmap_mode="r")
        chosen = array[np.linspace(0, data.count - 1, 64).astype(int)]
        sheet.save_tiles(options.out / "tiles" / f"{data.name}-reals.png", chosen)


main()
