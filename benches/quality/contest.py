"""Lets recipes compete for equal minutes of the same machine.

    contest.py BINARY screen|final|long|small [--data NAME=PATH]… [--datasets FILE.toml] [--only …] [--minutes M]
    contest.py BINARY costs screen      measures the recipes of a stage and stops
    contest.py BINARY report            writes the tables as Markdown, and a contact sheet for each dataset

A minute is made from measured cost: a recipe trains for minutes ÷ (its time of a step) steps. The times are measured
first, while nothing else should run; after that other programs delay the contest but do not distort it. Everything is
kept in --out. Ctrl-C saves the run, and the same command continues it. recipes.py lists the recipes and the stages;
judge.py defines the figures.
"""

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import report
import sheet
from costs import Costs
from features import Extractor
from images import Images, Judge, drawn, prepared, sources
from program import Failed, Program, stop_on_signals
from recipes import RECIPES, STAGES, Stage, flags_of
from results import Results


@dataclass(frozen=True)
class Run:
    """One recipe on one dataset with one seed."""

    stage: str
    minutes: float
    data: Images
    recipe: str
    seed: int

    def key(self) -> dict:
        flags = " ".join(flags_of(self.recipe))
        key = {"stage": self.stage, "minutes": self.minutes, "data": self.data.name, "recipe": self.recipe}
        return key | {"seed": self.seed, "flags": flags}

    def folder(self) -> str:
        return f"{self.stage}-{self.minutes:g}min-{self.data.name}-{self.recipe}-{self.seed}"


class Contest:
    def __init__(self, options: argparse.Namespace):
        self.options, self.out = options, options.out
        self.program = Program(options.binary, options.threads)
        self.results = Results(self.out / "results.jsonl")
        self.costs = Costs(options.costs or self.out / "costs.json", options.rounds, options.cost_steps)

    def stage(self, name: str) -> None:
        stage = STAGES[name]
        recipes, data = self.recipes(stage), self.data(stage)
        self.costs.measure(self.program, data, stage.image_size, recipes)
        if self.options.costs_only:
            return
        extractor = Extractor.at(self.options.extractor, self.options.threads)
        judge = Judge(extractor, self.out / "data", self.options.images)
        for images in data:
            self.add_floor(images, stage.image_size, judge)
        minutes = self.options.minutes or stage.minutes
        # Every recipe once, before a second seed: an interrupted contest is a smaller contest.
        for seed in range(1, (self.options.seeds or stage.seeds) + 1):
            for images in data:
                for recipe in recipes:
                    self.run(Run(name, minutes, images, recipe, seed), stage, judge)

    def add_floor(self, images: Images, size: int, judge: Judge) -> None:
        if not self.results.all(kind="floor", data=images.name, size=size):
            self.results.add(kind="floor", data=images.name, size=size, figures=judge.floor(images.whole))
            array = np.load(images.path, mmap_mode="r")
            chosen = array[np.linspace(0, images.count - 1, 64).astype(int)]
            sheet.save_tiles(self.out / "tiles" / f"reals-{images.name}-{size}.png", chosen)

    def recipes(self, stage: Stage) -> list[str]:
        if self.options.only:
            return self.options.only
        ranked = report.ranking(self.results.lines, stage.after)
        best = [recipe for recipe in ranked if recipe not in stage.recipes][: stage.best]
        if len(best) < stage.best:
            raise SystemExit(
                f"there are no results of stage {stage.after} to take the best from; run it, or use --only"
            )
        return list(dict.fromkeys([*stage.recipes, *best]))

    def data(self, stage: Stage) -> list[Images]:
        options, found = self.options, []
        for name, source in sources(options.data, options.datasets).items():
            images = prepared(self.program, name, source, stage.image_size, options.channels, self.out / "data")
            counts = [count for count in stage.counts if count < images.count]
            small = images.count < 2 * max(stage.counts, default=0)
            found += [images] if small or not counts else [drawn(images, count) for count in counts]
        return found

    def run(self, run: Run, stage: Stage, judge: Judge) -> None:
        key = run.key()
        fractions = self.options.snapshots or stage.snapshots
        done = {line["fraction"] for line in self.results.all(kind="snapshot", **key)}
        if done >= set(fractions) or self.results.all(kind="failed", **key):
            return
        cost = self.costs.of(run.data, stage.image_size, run.recipe, self.program.threads)
        steps = max(1, round(60_000 * run.minutes / cost))
        folder, start = self.out / "runs" / run.folder(), time.monotonic()
        for fraction in sorted(set(fractions) - done):
            step = max(1, round(fraction * steps))
            print(f"{run.folder()}: training to step {step} of {steps}", flush=True)
            try:
                self.program.train_to(step, folder, run.data.path, ["--seed", str(run.seed), *flags_of(run.recipe)])
            except Failed as failed:
                if failed.code != 3:
                    raise
                self.results.add(kind="failed", **key, step=step, why="diverged")
                return
            trained = time.monotonic()
            generated = self.program.generate(folder, self.options.images)
            figures = judge(run.data.whole, generated)
            tiles = f"{run.folder()}.png"
            sheet.save_tiles(self.out / "tiles" / tiles, generated)
            self.results.add(
                kind="snapshot", **key, fraction=fraction, step=step, steps=steps, ms_per_step=cost,
                size=stage.image_size, train_seconds=round(trained - start, 1),
                judge_seconds=round(time.monotonic() - trained, 1), figures=figures,
                tiles=tiles, program=self.program.version(),
            )  # fmt: skip
            print("  " + report.one_line(figures), flush=True)
            start = time.monotonic()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=Path)
    parser.add_argument("what", choices=[*STAGES, "costs", "report"])
    parser.add_argument("of", nargs="?", choices=STAGES, help="the stage, with costs or report")
    parser.add_argument("--data", action="append", default=[], metavar="NAME=PATH", help="or cats [default: cats]")
    parser.add_argument("--datasets", type=Path, metavar="FILE.toml", help='lines NAME = "PATH"')
    parser.add_argument("--channels", type=int, default=3)
    parser.add_argument("--only", type=lambda text: text.split(","), metavar="RECIPES", help="separated by commas")
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--seeds", type=int, help="number of seeds")
    parser.add_argument("--snapshots", type=lambda text: [float(word) for word in text.split(",")], metavar="FRACTIONS")
    parser.add_argument("--images", type=int, default=2500, help="to judge; fewer only to try the program")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--costs", type=Path, metavar="FILE.json", help="of an earlier contest")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of measuring costs")
    parser.add_argument("--cost-steps", type=int, default=25, help="steps in a round")
    parser.add_argument("--extractor", type=Path, default=Path("target/extractor/efficientnet-lite0.onnx"))
    parser.add_argument("--out", type=Path, default=Path("target/contest"))
    parser.add_argument("--table", type=Path, metavar="FILE.md", help="for the report [default: standard output]")
    options = parser.parse_args()
    unknown = [name for name in options.only or [] if name not in RECIPES]
    if unknown:
        parser.error(f"no recipe is called {', '.join(unknown)}; there are {', '.join(RECIPES)}")
    options.costs_only = options.what == "costs"
    if options.costs_only and not options.of:
        parser.error("costs needs a stage")
    return options


def main() -> None:
    options = arguments()
    stop_on_signals()
    contest = Contest(options)
    if options.what == "report":
        text = report.markdown(contest.results.lines, options.of)
        options.table.write_text(text) if options.table else print(text)
        for path in sheet.contact_sheets(contest.results.lines, options.out, options.of):
            print(path, file=sys.stderr)
        return
    try:
        contest.stage(options.of if options.costs_only else options.what)
    except KeyboardInterrupt:
        raise SystemExit("stopped; the same command continues") from None
    except Failed as failed:
        raise SystemExit(f"error: {failed}") from None


main()
