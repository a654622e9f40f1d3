"""Models for the checks, and comparisons of their images."""

import json
import random
import struct
from array import array

# The weights of a page are halves.
TOLERANCE = 1


def write_generator(path, side, channels, nz, ngf):
    """A safetensors file with random weights, so that every layer has outputs of about unit variance."""
    draw = random.Random(7)
    widths = [ngf * side // 8 >> i for i in range(side.bit_length() - 3)]
    header, numbers = {"__metadata__": {"format": "pt"}}, array("f")

    def add(name, shape, values):
        start = 4 * len(numbers)
        numbers.extend(values)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [start, 4 * len(numbers)]}

    for i, (c_in, c_out) in enumerate(zip([nz, *widths], [*widths, channels])):
        inputs = c_in if i == 0 else 4 * c_in
        scale = (1 if i == 0 else 2) ** 0.5 / inputs**0.5
        add(f"main.{3 * i}.weight", [c_in, c_out, 4, 4], (draw.gauss(0, scale) for _ in range(16 * c_in * c_out)))
        if i < len(widths):
            norm = f"main.{3 * i + 1}"
            add(f"{norm}.weight", [c_out], (draw.uniform(0.5, 1.5) for _ in range(c_out)))
            add(f"{norm}.bias", [c_out], (draw.gauss(0, 0.3) for _ in range(c_out)))
            add(f"{norm}.running_mean", [c_out], (draw.gauss(0, 0.1) for _ in range(c_out)))
            add(f"{norm}.running_var", [c_out], (draw.uniform(0.5, 1.5) for _ in range(c_out)))
    header = json.dumps(header).encode()
    header += b" " * (-len(header) % 8)
    path.write_bytes(struct.pack("<Q", len(header)) + header + numbers.tobytes())


def shown(page):
    """The pixels of the large image, RGBA."""
    return page.do(
        """(() => {
            const canvas = document.getElementById("image");
            return Array.from(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data);
        })()"""
    )


def compare(what, found, wanted):
    """Both are RGBA. A canvas keeps colours multiplied by alpha, as bytes: so colours are compared as they are then, and
    where there is transparency, each of the two may have been rounded by another half."""
    assert len(found) == len(wanted), what
    worst = max(abs(a - b) for a, b in zip(found[3::4], wanted[3::4]))
    for c in range(3):
        for a, b, alpha in zip(found[c::4], wanted[c::4], wanted[3::4]):
            worst = max(worst, abs(a - b) * alpha / 255)
    levels = len(set(wanted[0::4] + wanted[1::4] + wanted[2::4]))
    assert levels > 50, f"{what}: flat images prove nothing, and this has only {levels} levels"
    tolerance = TOLERANCE + (min(wanted[3::4]) < 255)
    assert worst <= tolerance, f"{what}: {worst} grey levels apart"
    # Of bytes that are cut off instead of rounded, half would differ.
    differ = sum(a != b for a, b in zip(found, wanted)) / len(wanted)
    assert differ < 0.2 or tolerance > TOLERANCE, f"{what}: {differ:.0%} of the bytes differ"
    print(f"{what}: at most {worst:.2g} grey levels apart")
