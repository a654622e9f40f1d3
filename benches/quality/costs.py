"""Milliseconds per step of recipes, measured in alternation, so that drift of the machine affects all alike.

A round gives the lower quartile of its steps, since other programs on a busy machine lengthen some steps and leave
others as they are. The time of a recipe is the median of its rounds.
"""

import json
import statistics
import sys
from pathlib import Path

from images import Images
from program import Program
from recipes import flags_of, work_of

WARM_UP = 5
# By how much the rounds of one recipe may differ.
STEADY = 1.15

# With fewer images than FEW the program chooses another discriminator, and with fewer than a batch another batch size.
FEW, BATCH = 500, 16


class Costs:
    """Times of a step by what is computed, in a JSON file: all measurements and their median."""

    def __init__(self, path: Path, rounds: int, steps: int):
        self.path, self.rounds, self.steps = path, rounds, steps
        self.known = json.loads(path.read_text()) if path.exists() else {}

    def key(self, data: Images, image_size: int, recipe: str, threads: int) -> str:
        few = f", {data.count} images" if data.count < BATCH else ", few images" if data.count < FEW else ""
        return f"{image_size} × {image_size}, {threads} threads{few}: {work_of(flags_of(recipe)) or 'defaults'}"

    def of(self, data: Images, image_size: int, recipe: str, threads: int) -> float:
        return self.known[self.key(data, image_size, recipe, threads)]["ms"]

    def measure(self, program: Program, data: list[Images], image_size: int, recipes: list[str]) -> None:
        """Measures what is missing: a short run of each, several times over."""
        missing = {}
        for images in data:
            for recipe in recipes:
                key = self.key(images, image_size, recipe, program.threads)
                if key not in self.known:
                    missing.setdefault(key, (images, recipe))
        times = {key: [] for key in missing}
        for i in range(self.rounds):
            for key, (images, recipe) in missing.items():
                print(f"cost, round {i + 1} of {self.rounds}: {key}", flush=True)
                measured = program.step_times(images.path, flags_of(recipe), self.steps, WARM_UP)
                times[key].append(lower_quartile(measured))
        for key, found in times.items():
            self.known[key] = {"ms": statistics.median(found), "rounds": found}
            warn_if_unsteady(key, found)
        if missing:
            self.path.write_text(json.dumps(self.known, indent=1, ensure_ascii=False))


def lower_quartile(times: list[float]) -> float:
    return statistics.quantiles(times, n=4)[0]


def warn_if_unsteady(name: str, rounds: list[float]) -> None:
    """A busy machine slows down some programs far more than others, and a wrong cost spoils all that follows."""
    if max(rounds) > STEADY * min(rounds):
        found = ", ".join(f"{ms:.0f}" for ms in rounds)
        print(
            f"warning: {name}: a step takes {found} ms in turn; measure costs while nothing else runs", file=sys.stderr
        )
