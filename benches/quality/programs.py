"""The two programs that bench_quality.py compares, behind one interface."""

import json
import sys
import tempfile
from pathlib import Path
from typing import Protocol

import numpy as np

from costs import WARM_UP
from images import Images
from program import Program, run, to_bytes
from recipes import flags_of

SCRIPT = Path(__file__).with_name("pytorch_dcgan.py")


class Trained(Protocol):
    """A program, with a folder in which it trains."""

    name: str
    # The ways in which its images are made.
    shown: tuple[str, ...]

    def step_times(self, steps: int) -> list[float]: ...

    def train_to(self, step: int) -> None: ...

    def generate(self, shown: str, images: int) -> np.ndarray: ...


class Ours:
    """dcgan with a recipe."""

    def __init__(self, program: Program, recipe: str, data: Images, seed: int, folder: Path):
        self.program, self.data, self.flags = program, data.path, ["--seed", str(seed), *flags_of(recipe)]
        self.name, self.shown = f"dcgan, {recipe}", ("as it comes",)
        self.folder = folder / f"{data.name}-dcgan-{recipe}-{seed}"

    def step_times(self, steps: int) -> list[float]:
        return self.program.step_times(self.data, self.flags, steps, WARM_UP)

    def train_to(self, step: int) -> None:
        self.program.train_to(step, self.folder, self.data, self.flags)

    def generate(self, shown: str, images: int) -> np.ndarray:
        return self.program.generate(self.folder, images)


class PyTorch:
    """PyTorch's DCGAN example."""

    name = "PyTorch"
    ways = {
        "as it comes": "running",
        "statistics recomputed": "recomputed",
        "average, statistics recomputed": "average",
    }
    shown = tuple(ways)

    def __init__(self, data: Images, seed: int, threads: int, folder: Path):
        folder.mkdir(parents=True, exist_ok=True)
        self.data, self.seed, self.threads = data.path, seed, threads
        self.state = folder / f"{data.name}-pytorch-{seed}.pt"

    def script(self, *arguments: str | Path) -> str:
        return run([sys.executable, str(SCRIPT), "--threads", str(self.threads), *map(str, arguments)])

    def step_times(self, steps: int) -> list[float]:
        return json.loads(self.script("time", self.data, "--steps", str(steps)).splitlines()[-1])

    def train_to(self, step: int) -> None:
        self.script("train", self.data, self.state, "--until", str(step), "--seed", str(self.seed))

    def generate(self, shown: str, images: int) -> np.ndarray:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "x.npy"
            self.script("generate", self.state, path, "--shown", self.ways[shown], "--images", str(images))
            return to_bytes(np.load(path))
