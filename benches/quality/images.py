"""The datasets: prepared by dcgan once, as an .npy array, on which every program trains."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from features import Extractor
from judge import Reference
from program import Program


@dataclass(frozen=True)
class Images:
    """An array of bytes (n, h, w, c) in a file, and the set by which a model trained on it is judged."""

    name: str
    path: Path
    count: int
    whole: Path


def sources(arguments: list[str], file: Path | None) -> dict[str, str | None]:
    """Datasets by name: `NAME=PATH` and `cats` from the command line, and `NAME = "PATH"` from a TOML file."""
    found: dict[str, str | None] = dict(tomllib.loads(file.read_text())) if file else {}
    for argument in arguments:
        name, _, path = argument.partition("=")
        if not path and name != "cats":
            raise SystemExit(f"--data {argument}: give NAME=PATH, or cats for the built-in images")
        found[name] = path or None
    return found or {"cats": None}


def prepared(program: Program, name: str, source: str | None, image_size: int, channels: int, folder: Path) -> Images:
    path = folder / f"{name}-{image_size}.npy"
    if not path.exists():
        print(f"preparing {name} at {image_size} × {image_size}", flush=True)
        save(path, program.prepare(source, image_size, channels))
    return Images(name, path, len(np.load(path, mmap_mode="r")), path)


def drawn(images: Images, count: int) -> Images:
    """`count` images drawn from a set, the same every time."""
    path = images.path.with_name(f"{images.path.stem}-of-{count}.npy")
    if not path.exists():
        chosen = np.random.default_rng(count).permutation(images.count)[:count]
        save(path, np.load(images.path, mmap_mode="r")[chosen])
    return Images(f"{images.name}-{count}", path, count, images.whole)


def save(path: Path, array: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        np.save(file, array)
    partial.rename(path)


class Judge:
    """Judges images against datasets, `sample` of each if there are as many. The features of reals are kept."""

    def __init__(self, extractor: Extractor, folder: Path, sample: int):
        self.extractor, self.folder, self.sample = extractor, folder, sample
        self.references: dict[Path, tuple[Reference, dict[str, float]]] = {}

    def reference(self, whole: Path) -> tuple[Reference, dict[str, float]]:
        """The reference of a set, and the floor: the figures of reals against other reals.

        Below twice the sample the floor compares two halves of the set, so it is higher than that of the whole.
        """
        if whole not in self.references:
            images = np.load(whole, mmap_mode="r")
            order = np.random.default_rng(0).permutation(len(images))[: 2 * self.sample]
            chosen = images[order]
            kept = self.folder / f"{whole.stem}-{len(chosen)}-{self.extractor.name}.features.npy"
            if not kept.exists():
                save(kept, self.extractor(chosen))
            features = np.load(kept)
            half = len(chosen) // 2
            floor = Reference.of(chosen[:half], features[:half]).judge(chosen[half:], features[half:])
            reference = Reference.of(chosen[: self.sample], features[: self.sample])
            self.references[whole] = reference, floor | {"images": half}
        return self.references[whole]

    def floor(self, whole: Path) -> dict[str, float]:
        return self.reference(whole)[1]

    def __call__(self, whole: Path, generated: np.ndarray) -> dict[str, float]:
        return self.reference(whole)[0].judge(generated, self.extractor(generated))
