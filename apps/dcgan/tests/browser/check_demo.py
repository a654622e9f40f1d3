"""Checks the pages of `dcgan demo` in a browser against dcgan itself.

    python check_demo.py path/to/dcgan [--model RUN] [--screenshots FOLDER]

Draws the weights of networks of several sizes and colours, makes their pages, and opens these as files in a headless
Chromium.
The pixels must be those of dcgan within one grey level, the commands that a page shows must make them, and a page may
neither load anything nor report an error.

Needs Chromium; Python's standard library is enough.
"""

import argparse
import base64
import os
import tempfile
import time
from pathlib import Path

from browser import Browser
from models import compare, shown, write_generator
from place import Place

LARGEST_SEED = 2**64 - 1

# Image size, channels, length of a latent, channels of the last hidden layer.
NETWORKS = {
    "colour": (32, 3, 100, 12),
    "grey": (16, 1, 7, 5),
    "rgba": (32, 4, 20, 5),
    "large": (128, 3, 10, 3),
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("dcgan", type=Path)
    parser.add_argument("--model", type=Path, help="check the page of this run alone")
    parser.add_argument("--screenshots", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Browser() as browser:
        place = Place(browser, arguments.dcgan.resolve(), Path(folder).resolve())
        if arguments.model:
            os.symlink(arguments.model.resolve(), place.folder / "model")
            names = ["model"]
        else:
            names = list(NETWORKS)
            for name, sizes in NETWORKS.items():
                write_generator(place.folder / name, *sizes)
        for name in names:
            place.dcgan("demo", name, "--out", f"{name}.html")
            check_seeds(place, name)
        check_controls(place, names[0])
        check_files(place, names[0])
        for name in names[1:3]:
            check_saved_exactly(place, name)
        check_without_worker(place, names[0])
        check_narrow(place, names[0])
        if arguments.screenshots:
            arguments.screenshots.mkdir(exist_ok=True)
            for name, width, scheme in [("light", 1100, "light"), ("dark", 1100, "dark"), ("narrow", 360, "light")]:
                page = place.open(names[0], width=width, scheme=scheme)
                page.wait("document.querySelector('#grid[aria-busy=false]') !== null")
                page.screenshot(arguments.screenshots / f"{names[0]}-{name}.png")
                page.close()


def set_value(page, field, value):
    page.do(
        f"""(() => {{
            const field = document.getElementById("{field}");
            field.value = "{value}";
            field.dispatchEvent(new Event("input", {{ bubbles: true }}));
        }})()"""
    )


def caption(page):
    return page.do("document.getElementById('caption').textContent")


def show_seed(page, field, seed):
    set_value(page, field, seed)
    page.wait(f"document.getElementById('caption').textContent === 'Seed {seed}'")


def compare_with_command(place, page, what):
    """Runs the commands that the page shows: the last one writes the image."""
    commands = page.do("document.getElementById('command').textContent")
    place.shell(commands)
    name = commands.split()[-1]
    compare(what, shown(page), place.decoded(page, name))


def check_seeds(place, name):
    page = place.open(name)
    for seed in [7, 0, 123456789, LARGEST_SEED]:
        show_seed(page, "from", seed)
        compare_with_command(place, page, f"{name}, seed {seed}")
    show_seed(page, "to", 8)
    set_value(page, "from", 7)
    for frame in [1, 12]:
        set_value(page, "position", frame)
        page.wait(f"document.getElementById('caption').textContent.startsWith('Frame {frame + 1} of 33')")
        compare_with_command(place, page, f"{name}, {caption(page)}")
    assert page.workers == 1, page.workers
    page.close()


def check_controls(place, name):
    page = place.open(name)
    page.do("document.getElementById('random').click()")
    page.wait("!/^Seed 0$/.test(document.getElementById('caption').textContent)")
    before = caption(page)
    set_value(page, "from", "-1")
    page.wait("!document.getElementById('problem').hidden")
    assert caption(page) == before
    set_value(page, "from", LARGEST_SEED + 1)
    invalid = "document.querySelectorAll('[aria-invalid=true]').length"
    assert page.do(invalid) == 1
    page.do("document.getElementById('random').click()")
    page.wait(f"document.getElementById('caption').textContent !== '{before}'")
    assert page.do(invalid) == 0 and page.do("document.getElementById('problem').hidden")
    assert page.do("'Seed ' + document.getElementById('from').value") == caption(page)
    show_seed(page, "from", 3)
    assert page.do("document.getElementById('problem').hidden")

    # By keyboard alone: the slider, then an image of the grid.
    page.do("document.getElementById('position').focus()")
    page.press("ArrowRight", 39)
    page.wait("document.getElementById('caption').textContent.startsWith('Frame 2 of 33')")
    page.do("document.querySelector('#grid li:nth-child(6) button').focus()")
    page.press("Enter", 13)
    page.wait("document.getElementById('caption').textContent === 'Seed 5'")
    page.do("document.getElementById('later').click()")
    page.wait("document.querySelector('#grid span').textContent === '16'")
    page.do("document.querySelector('input[value=to]').click()")
    page.do("document.querySelector('#grid button').click()")
    page.wait("document.getElementById('caption').textContent === 'Seed 16'")
    assert page.do("document.getElementById('from').value + ' ' + document.getElementById('to').value") == "5 16"

    page.do("document.getElementById('copy').click()")
    page.wait("document.getElementById('copy').textContent === 'Copied'")
    page.do("document.getElementById('play').click()")
    first = page.do("document.getElementById('position').value")
    page.wait(f"document.getElementById('position').value !== '{first}'")
    page.do("document.getElementById('play').click()")
    page.wait("document.getElementById('play').textContent === 'Play blend'")

    # Everything that can be operated has a name.
    nameless = page.do(
        """Array.from(document.querySelectorAll("button, input"))
            .filter((e) => !(e.getAttribute("aria-label") || e.textContent.trim() || e.labels?.length)).length"""
    )
    assert nameless == 0
    page.close()


def check_files(place, name):
    saved = place.folder / "saved"
    saved.mkdir()
    page = place.open(name, downloads=saved)
    show_seed(page, "from", 7)
    page.do("document.getElementById('save').click()")
    wait_for(saved / "seed7.png")
    compare("a saved image", place.decoded(page, "saved/seed7.png"), shown(page))
    assert "seed 7" in place.shell("dcgan info saved/seed7.png"), place.shell("dcgan info saved/seed7.png")
    # The rounding of the weights may change pixels, which is no error.
    place.dcgan("regenerate", "saved/seed7.png", "--model", name, "--out", "again.png")

    set_value(page, "first", 4)
    page.wait("document.querySelector('#grid[aria-busy=false] span')?.textContent === '4'")
    page.do("document.getElementById('save-grid').click()")
    wait_for(saved / "seeds4-19.png")
    place.dcgan("generate", name, "--seeds", "4-19", "--columns", "4", "--grid", "grid.png")
    compare("a saved grid", place.decoded(page, "saved/seeds4-19.png"), place.decoded(page, "grid.png"))
    assert "16 images in 4 rows of 4" in place.shell("dcgan info saved/seeds4-19.png")

    page.do("document.getElementById('save-blend').click()")
    wait_for(saved / "blend-7-1.png")
    animation = (saved / "blend-7-1.png").read_bytes()
    assert animation.count(b"fcTL") == 64 and animation.count(b"acTL") == 1
    frames = page.do(
        """(async () => {
            const bytes = Uint8Array.from(atob("%s"), (c) => c.charCodeAt(0));
            const decoder = new ImageDecoder({ data: bytes, type: "image/png" });
            await decoder.completed;
            await decoder.tracks.ready;
            let count = 0;
            for (; count < decoder.tracks.selectedTrack.frameCount; count++) await decoder.decode({ frameIndex: count });
            return count;
        })()"""
        % base64.b64encode(animation).decode()
    )
    assert frames == 64, frames
    page.close()


def check_saved_exactly(place, name):
    """A canvas would lose colours where they are nearly transparent; dcgan reads the file without one."""
    saved = place.folder / f"saved-{name}"
    saved.mkdir()
    page = place.open(name, downloads=saved)
    show_seed(page, "from", 7)
    page.do("document.getElementById('save').click()")
    wait_for(saved / "seed7.png")
    said = place.shell(f"dcgan regenerate {saved}/seed7.png --model {name} --out {name}-again.png 2>&1")
    assert "every pixel" in said or "by at most 1 of 255" in said, said
    page.close()


def wait_for(path):
    end = time.monotonic() + 60
    while not (path.exists() and path.stat().st_size > 0):
        assert time.monotonic() < end, f"{path.name} has not been saved"
        time.sleep(0.05)


def check_without_worker(place, name):
    """As in an old or restricted browser."""
    saved = place.folder / "saved-without"
    saved.mkdir()
    page = place.open(name, before="delete window.Worker; delete window.CompressionStream;", downloads=saved)
    show_seed(page, "from", 7)
    page.do("document.getElementById('save').click()")
    wait_for(saved / "seed7.png")
    compare("an image saved without compression", place.decoded(page, "saved-without/seed7.png"), shown(page))
    compare_with_command(place, page, f"{name} without a worker, seed 7")
    assert page.workers == 0
    page.close()


def check_narrow(place, name):
    page = place.open(name, width=360, height=740)
    width = page.do("document.documentElement.scrollWidth")
    assert width <= 360, f"{width} pixels wide"
    too_small = page.do(
        "Array.from(document.querySelectorAll('button')).filter((b) => b.getBoundingClientRect().height < 24).length"
    )
    assert too_small == 0, f"{too_small} buttons are too small for a finger"
    show_seed(page, "from", 7)
    page.close()


if __name__ == "__main__":
    main()
