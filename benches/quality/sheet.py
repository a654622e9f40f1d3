"""Contact sheets: 8 × 8 images of each run, side by side, with its name."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

TILES, ACROSS, MARGIN, LABEL = 8, 4, 8, 16


def tiles(images: np.ndarray) -> Image.Image:
    """The first 64 images in a grid; fewer are repeated."""
    side, channels = images.shape[1], images.shape[3]
    chosen = np.resize(images[: TILES * TILES], (TILES, TILES, side, side, channels))
    grid = chosen.transpose(0, 2, 1, 3, 4).reshape(TILES * side, TILES * side, channels)
    return Image.fromarray(grid[..., 0] if channels == 1 else grid[..., :3]).convert("RGB")


def save_tiles(path: Path, images: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    tiles(images).save(path)


def assemble(named: list[tuple[str, Image.Image]], path: Path) -> None:
    width = max(image.width for _, image in named) + MARGIN
    height = max(image.height for _, image in named) + MARGIN + LABEL
    across = min(ACROSS, len(named))
    sheet = Image.new("RGB", (across * width + MARGIN, -(-len(named) // across) * height + MARGIN), "white")
    draw = ImageDraw.Draw(sheet)
    for i, (name, image) in enumerate(named):
        x, y = MARGIN + i % across * width, MARGIN + i // across * height
        draw.text((x, y), name, fill="black")
        sheet.paste(image, (x, y + LABEL))
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path)


def contact_sheets(lines: list[dict], out: Path, only: str | None) -> list[Path]:
    """A sheet for each stage and dataset: the reals, then the newest images of every run."""
    sheets: dict[str, dict[str, Path]] = {}
    for line in lines:
        if line["kind"] == "snapshot" and only in (None, line["stage"]):
            name = f"{line['stage']}-{line['minutes']:g}min-{line['data']}"
            reals = {"reals": out / "tiles" / f"reals-{line['data']}-{line['size']}.png"}
            label = f"{line['recipe']}, seed {line['seed']}, FD64 {line['figures']['fd64']:.0f}"
            # One entry for a run, with the label of its newest snapshot.
            found = sheets.setdefault(name, reals)
            tile = out / "tiles" / line["tiles"]
            stale = [key for key, path in found.items() if path == tile]
            for key in stale:
                del found[key]
            found[label] = tile
    paths = []
    for name, named in sheets.items():
        path = out / "sheets" / f"{name}.png"
        assemble([(label, Image.open(tile)) for label, tile in sorted(named.items(), key=order) if tile.exists()], path)
        paths.append(path)
    return paths


def order(item: tuple[str, Path]) -> tuple[bool, str]:
    return item[0] != "reals", item[0]
