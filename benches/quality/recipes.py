"""The recipes of the contest, and its stages. A recipe is a name and flags of `dcgan train`; what it leaves out is
the program's default."""

from dataclasses import dataclass

RECIPES = {
    # What the program does by itself, and the recipe of the DCGAN article.
    "default": "",
    "article": "--recipe article",
    # One thing changed.
    "transposed": "--upsample transposed",
    "raw": "--ema 0",
    "flip": "--flip",
    "augment": "--augment color,translation,cutout",
    "translation": "--augment translation",
    "d-steps-2": "--d-steps 2",
    "lecam": "--lecam 0.1",
    "half-life-2000": "--lr-half-life 2000",
    "ema-.9995": "--ema 0.9995",
    "ema-.998": "--ema 0.998",
    "smoothing": "--label-smoothing 0.1",
    "beta2-.99": "--beta2 0.99",
    "lr-1e-4": "--lr 0.0001",
    "lr-4e-4": "--lr 0.0004",
    "lr-d-1e-4": "--lr-d 0.0001",
    "lr-d-4e-4": "--lr-d 0.0004",
    "batch-8": "--batch-size 8",
    "batch-32": "--batch-size 32",
    "batch-64": "--batch-size 64",
    "narrow-24": "--ngf 24 --ndf 24",
    "wide-48": "--ngf 48 --ndf 48",
    "wide-64": "--ngf 64 --ndf 64",
    # Other objectives.
    "least-squares": "--objective least-squares",
    "hinge": "--objective hinge",
    # No normalisation in D.
    "none-r1-1": "--d-norm none --r1 1",
    "none-r1-.1": "--d-norm none --r1 0.1",
    "hinge-spectral": "--objective hinge --d-norm spectral",
    "hinge-none-lazy-r1": "--objective hinge --d-norm none --r1 1 --penalty-every 4",
    "relativistic-r1-r2": "--objective relativistic --d-norm none --r1 0.1 --r2 0.1",
    # For small sets, where the default has no batch norm in D.
    "batch-norm": "--recipe default",
    "small": "--recipe small",
    "small-none-r1-1": "--recipe small --augment none --d-norm none --r1 1",
    "small-translation": "--recipe small --augment translation",
    "small-augment-none-r1-.1": "--recipe small --d-norm none --r1 0.1",
    "small-lecam": "--recipe small --lecam 0.1",
    "small-flip": "--recipe small --flip",
}

# Flags on which the time of a step does not depend. Recipes that differ in these alone share one measurement, so that
# noise does not give one of them more steps.
FREE = {"--lr", "--lr-half-life", "--label-smoothing", "--lr-g", "--lr-d", "--beta1", "--beta2"}


@dataclass(frozen=True)
class Stage:
    """Which recipes meet on which terms. `best` adds the best recipes of stage `after`."""

    image_size: int
    minutes: float
    seeds: int
    snapshots: tuple[float, ...]
    recipes: tuple[str, ...] = ()
    best: int = 0
    after: str = ""
    counts: tuple[int, ...] = ()


LATE = (0.7, 0.8, 0.9, 1.0)
STAGES = {
    "screen": Stage(32, 1, 2, (0.8, 1.0), tuple(name for name in RECIPES if name != "batch-norm" and not name.startswith("small"))),
    "final": Stage(64, 5, 3, LATE, ("article",), best=3, after="screen"),
    "long": Stage(64, 30, 1, LATE, ("article",), best=1, after="final"),
    "small": Stage(
        64,
        3,
        2,
        (0.8, 1.0),
        ("article", "batch-norm", "small", "small-none-r1-1", "small-translation", "small-augment-none-r1-.1", "small-lecam"),
        counts=(50, 100, 500),
    ),
}


def flags_of(recipe: str) -> list[str]:
    return RECIPES[recipe].split()


def work_of(flags: list[str]) -> str:
    """The flags on which the time of a step depends."""
    kept = []
    for setting in " ".join(flags).split("--")[1:]:
        flag, *value = setting.split()
        averages = flag == "ema" and float(value[0]) > 0
        if f"--{flag}" not in FREE and not averages:
            kept.append(" ".join([f"--{flag}", *value]))
    return " ".join(sorted(kept))
