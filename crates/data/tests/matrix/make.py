#!/usr/bin/env python3
"""Makes the files of the matrix and the pixels that they hold.

Needs Pillow 13, NumPy, and cjpeg of libjpeg-turbo. Run it in any directory; it writes
`cases.tsv` and the folders `files`, `expected` and `large` beside itself.

The expected pixels are what Pillow (libjpeg-turbo, libtiff, libwebp) decodes, with EXIF applied and
alpha composited on white. Where Pillow reads less than the file holds, they come from the array that
the file was made from: 16 bits a channel (Pillow drops the lower byte, or clips), floats, hand-made
TIFF of planes or premultiplied alpha, and PNM of more than 8 bits.

Tolerances, as mean and maximum of the differences in steps of a byte:
- 0 for every lossless file.
- 0.5 and 4 for JPEG and lossy WebP: decoders round the inverse transform and the conversion of
  colours differently, and may smooth subsampled chroma differently. The pictures are smooth, so that
  this stays small, while a wrong plane, offset or factor changes pixels by 50 and more.
"""

import gzip
import hashlib
import io
import shutil
import struct
import subprocess
import tempfile
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

HERE = Path(__file__).parent
EXACT, LOSSY = (0, 0), (0.5, 4)
cases = []


def save(name, data):
    path = HERE / "files" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def case(name, data, expected=None, tolerance=EXACT):
    """A file and its pixels, (h, w, 3) in bytes; by default those that Pillow decodes."""
    if expected is None:
        expected = pillow(data)
    save(name, data)
    expected = np.ascontiguousarray(expected, np.uint8)
    assert expected.shape[0] == expected.shape[1] and expected.shape[2] == 3, (name, expected.shape)
    digest = hashlib.sha256(expected.tobytes()).hexdigest()[:12]
    path = HERE / "expected" / f"{digest}.ppm.gz"
    path.parent.mkdir(exist_ok=True)
    ppm = b"P6 %d %d 255\n" % expected.shape[1::-1] + expected.tobytes()
    path.write_bytes(gzip.compress(ppm, mtime=0))
    cases.append(f"{name}\t{digest}\t{tolerance[0]}\t{tolerance[1]}")


def refused(name, data, reason):
    """A file that must be skipped with a reason that contains this text."""
    save(name, data)
    cases.append(f"{name}\tskipped\t{reason}\t")


def pillow(data):
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    if image.mode in ("LA", "PA", "RGBA") or "transparency" in image.info:
        return on_white(np.array(image.convert("RGBA")))
    return np.array(image.convert("RGB"))


def on_white(rgba):
    rgba = rgba.astype(int)
    colour, alpha = rgba[..., :3], rgba[..., 3:]
    return (colour * alpha + 255 * (255 - alpha) + 127) // 255


def grey(a):
    return np.repeat(a[..., None], 3, -1)


def picture(side):
    """Smooth, and different in every direction and channel."""
    y, x = np.mgrid[0:side, 0:side] / side
    channels = [30 + 200 * x, 220 - 190 * y, 60 + 90 * (x + y)]
    return np.stack(channels, -1).round().astype(np.uint8)


SIDE = 17
RGB = picture(SIDE)
GREY = RGB[..., 0]
ALPHA = (40 + 200 * np.mgrid[0:SIDE, 0:SIDE][0] / SIDE).astype(np.uint8)
RGBA = np.dstack([RGB, ALPHA])
# Sixteen bits whose lower byte decides how they round.
DEEP = RGB.astype(np.uint16) * 257 + (np.arange(SIDE * SIDE * 3).reshape(RGB.shape) % 129)
DEEP = np.minimum(DEEP, 65535).astype(np.uint16)


def eight(a):
    return (a.astype(int) + 128) // 257


def by_pillow(image, format, **options):
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


# JPEG ---------------------------------------------------------------------------------------------

JPEG_SIDE = 33  # More than an MCU of every sampling, and a multiple of none.

SAMPLINGS = {
    "444": "1x1,1x1,1x1",
    "422": "2x1,1x1,1x1",
    "440": "1x2,1x1,1x1",
    "420": "2x2,1x1,1x1",
    "411": "4x1,1x1,1x1",
    "410": "4x2,1x1,1x1",
    "441": "1x4,1x1,1x1",
    "third": "3x1,1x1,1x1",
    "coarse-luma": "1x1,2x2,2x2",
    "coarse-luma-across": "1x1,2x1,2x1",
    "all-different": "2x2,2x1,1x2",
    "one-chroma-fine": "2x1,2x1,1x1",
}

SCANS = {
    "baseline": ([], None),
    "progressive": (["-progressive"], None),
    "restarts": (["-restart", "1B"], None),
    "scan-a-channel": ([], "0;\n1;\n2;\n"),
    "luma-then-chroma": ([], "0;\n1 2;\n"),
}


def cjpeg(rgb, *options, scans=None):
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as script:
        if scans:
            script.write(scans)
            script.flush()
            options = (*options, "-scans", script.name)
        ppm = by_pillow(Image.fromarray(rgb), "PPM")
        command = ["cjpeg", "-quality", "85", *options]
        return subprocess.run(command, input=ppm, capture_output=True, check=True).stdout


def segments(jpeg):
    """(marker, bytes) of each; those of a scan include its data."""
    at = 2
    while at < len(jpeg):
        marker, end = jpeg[at + 1], at + 2
        if marker != 0xD9:
            end += struct.unpack(">H", jpeg[at + 2 : at + 4])[0]
        if marker == 0xDA:
            while not (jpeg[end] == 0xFF and jpeg[end + 1] not in (0, *range(0xD0, 0xD8))):
                end += 1
        yield marker, jpeg[at:end]
        at = end


def without(jpeg, marker):
    return jpeg[:2] + b"".join(s for m, s in segments(jpeg) if m != marker)


def exif(orientation, kind="H", endian=">"):
    number = {"B": 1, "H": 3, "I": 4}[kind]
    value = struct.pack(endian + kind, orientation).ljust(4, b"\0")
    head = b"MM" if endian == ">" else b"II"
    entry = struct.pack(endian + "HHI", 0x0112, number, 1) + value
    return head + struct.pack(endian + "HIH", 42, 8, 1) + entry + bytes(4)


def with_exif(jpeg, data):
    data = b"Exif\0\0" + data
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(data) + 2) + data + jpeg[2:]


def jpegs():
    rgb = picture(JPEG_SIDE)
    for sampling, factors in SAMPLINGS.items():
        for scans, (options, script) in SCANS.items():
            data = cjpeg(rgb, "-sample", factors, *options, scans=script)
            case(f"jpeg/{sampling}-{scans}.jpg", data, tolerance=LOSSY)
    whole = cjpeg(rgb, "-sample", "2x2,1x1,1x1")
    progressive = cjpeg(rgb, "-sample", "2x2,1x1,1x1", "-progressive")
    restarts = cjpeg(rgb, "-sample", "2x2,1x1,1x1", "-restart", "1B")
    case("jpeg/extended.jpg", whole.replace(b"\xff\xc0", b"\xff\xc1"), tolerance=LOSSY)
    case("jpeg/grey.jpg", cjpeg(rgb, "-grayscale"), tolerance=LOSSY)
    case("jpeg/grey-progressive.jpg", cjpeg(rgb, "-grayscale", "-progressive"), tolerance=LOSSY)
    case("jpeg/grey-2x2.jpg", cjpeg(rgb, "-grayscale", "-sample", "2x2"), tolerance=LOSSY)

    # Colours that are not YCbCr: by the ids of the channels, or only by Adobe's segment.
    data = cjpeg(rgb, "-rgb")
    case("jpeg/rgb.jpg", data, tolerance=LOSSY)
    frame = data.index(b"\xff\xc0")
    numbered = bytearray(without(data, 0xEE))
    frame = numbered.index(b"\xff\xc0")
    for i, c in enumerate(b"RGB"):
        numbered[frame + 10 + 3 * i] = 1 + i
    scan = numbered.index(b"\xff\xda")
    for i in range(3):
        numbered[scan + 5 + 2 * i] = 1 + i
    adobe = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00"
    case("jpeg/rgb-by-adobe.jpg", bytes(numbered[:2] + adobe + numbered[2:]), tolerance=LOSSY)
    cmyk = np.array(Image.fromarray(rgb).convert("CMYK"))
    cmyk[..., 3] = 3 * np.arange(JPEG_SIDE)
    for name, options in {"": {}, "-progressive": {"progressive": True}}.items():
        data = by_pillow(Image.fromarray(cmyk, "CMYK"), "JPEG", quality=85, **options)
        case(f"jpeg/cmyk{name}.jpg", data, tolerance=LOSSY)
        case(f"jpeg/cmyk-without-adobe{name}.jpg", without(data, 0xEE), tolerance=LOSSY)
        ycck = bytearray(data)
        ycck[ycck.index(b"Adobe") + 11] = 2
        case(f"jpeg/ycck{name}.jpg", bytes(ycck), tolerance=LOSSY)

    for orientation in range(2, 9):
        case(f"jpeg/exif-{orientation}.jpg", with_exif(whole, exif(orientation)), tolerance=LOSSY)
    for kind in "BHI":
        for endian in "<>":
            order = {"<": "le", ">": "be"}[endian]
            name, data = f"jpeg/exif-{kind}-{order}.jpg", exif(6, kind, endian)
            # Pillow takes a byte for text.
            case(name, with_exif(whole, data), np.rot90(pillow(whole), -1), LOSSY)

    # Complete, though not as it should be.
    for name, data in {"baseline": whole, "progressive": progressive, "restarts": restarts}.items():
        pixels = pillow(data)
        case(f"jpeg/without-end-{name}.jpg", data[:-2], pixels, LOSSY)
        case(f"jpeg/half-an-end-{name}.jpg", data[:-1], pixels, LOSSY)
        case(f"jpeg/more-after-the-end-{name}.jpg", data + b"\xff\xd8 more", pixels, LOSSY)
    last = whole[:-2] + b"\xff\xd0\xff\xd9"
    case("jpeg/restart-before-the-end.jpg", last, tolerance=LOSSY)
    first_scan = whole.index(b"\xff\xda") + 11
    zero = whole[:first_scan] + b"\0\0\0" + whole[first_scan + 3 :]
    case("jpeg/no-spectral-selection.jpg", zero, tolerance=LOSSY)
    comment = b"\xff\xfe\x00\x06\xff\xd9\xff\xda"
    case("jpeg/markers-in-a-comment.jpg", whole[:2] + comment + whole[2:], tolerance=LOSSY)

    # Incomplete.
    several = cjpeg(rgb, "-sample", "2x2,1x1,1x1", scans="0;\n1;\n2;\n")
    damaged = {"baseline": whole, "progressive": progressive, "restarts": restarts, "scans": several}
    for name, data in damaged.items():
        start = data.index(b"\xff\xda") + 30
        third = (len(data) - start) // 3
        refused(f"jpeg/cut-{name}.jpg", data[: start + third], "is cut off")
        hole = data[:start] + data[start + third : -2] + b"\xff\xd9"
        refused(f"jpeg/hole-{name}.jpg", hole, "is damaged or incomplete")
        end = data[: start + third] + b"\xff\xd9"
        refused(f"jpeg/end-after-a-cut-{name}.jpg", end, "is ")

    two = b""
    for marker, segment in segments(cjpeg(rgb, "-sample", "1x1,1x1,1x1", scans="0;\n1;\n2;\n")):
        if marker == 0xC0:
            segment = segment[:3] + b"\x0e" + segment[4:9] + b"\x02" + segment[10:16]
        two += segment
    refused("jpeg/two-channels.jpg", b"\xff\xd8" + two, "2 channels")
    refused("jpeg/arithmetic.jpg", cjpeg(rgb, "-arithmetic"), "arithmetic-coded")
    deep = bytearray(whole)
    deep[deep.index(b"\xff\xc0") + 4] = 12
    refused("jpeg/12-bits.jpg", bytes(deep), "12 bits a channel")
    refused("jpeg/lossless.jpg", whole.replace(b"\xff\xc0", b"\xff\xc3"), "lossless")


# PNG ----------------------------------------------------------------------------------------------


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def png(samples, bits, colour, interlaced=False, extra=b""):
    """Of samples (h, w, c), unfiltered."""
    samples = samples.reshape(*samples.shape[:2], -1)
    height, width, channels = samples.shape

    def rows(part):
        if part.size == 0:
            return b""
        out = b""
        for row in part.reshape(part.shape[0], -1):
            if bits == 16:
                out += b"\0" + row.astype(">u2").tobytes()
            else:
                binary = "".join(format(int(v), f"0{bits}b") for v in row)
                binary = binary.ljust(-(-len(binary) // 8) * 8, "0")
                out += b"\0" + int(binary, 2).to_bytes(len(binary) // 8, "big")
        return out

    if interlaced:
        data = b"".join(rows(samples[y::dy, x::dx]) for x, y, dx, dy in ADAM7)
    else:
        data = rows(samples)
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, int(interlaced))
    body = chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def pngs():
    for interlaced in (False, True):
        suffix = "-interlaced" if interlaced else ""
        for bits in (1, 2, 4, 8):
            levels = (GREY.astype(int) * ((1 << bits) - 1) // 255).astype(np.uint8)
            case(f"png/grey-{bits}{suffix}.png", png(levels, bits, 0, interlaced))
            palette = RGB.reshape(-1, 3)[:: SIDE * SIDE // (1 << bits)][: 1 << bits]
            plte = chunk(b"PLTE", palette.tobytes())
            case(f"png/palette-{bits}{suffix}.png", png(levels, bits, 3, interlaced, plte))
        case(f"png/rgb-8{suffix}.png", png(RGB, 8, 2, interlaced))
        case(f"png/rgba-8{suffix}.png", png(RGBA, 8, 6, interlaced))
        case(f"png/grey-alpha-8{suffix}.png", png(np.dstack([GREY, ALPHA]), 8, 4, interlaced))
        deep = DEEP[..., 0]
        case(f"png/grey-16{suffix}.png", png(deep, 16, 0, interlaced), grey(eight(deep)))
        case(f"png/rgb-16{suffix}.png", png(DEEP, 16, 2, interlaced), eight(DEEP))
        alpha = np.dstack([DEEP, ALPHA.astype(np.uint16) * 257])
        case(f"png/rgba-16{suffix}.png", png(alpha, 16, 6, interlaced), on_white(eight(alpha)))
        alpha = np.dstack([deep, ALPHA.astype(np.uint16) * 257])
        pixels = on_white(np.dstack([grey(eight(deep)), ALPHA]))
        case(f"png/grey-alpha-16{suffix}.png", png(alpha, 16, 4, interlaced), pixels)
    levels = (GREY // 17).astype(np.uint8)
    plte = chunk(b"PLTE", RGB.reshape(-1, 3)[::18][:16].tobytes())
    some = chunk(b"tRNS", bytes(range(0, 160, 10)))
    case("png/palette-transparent.png", png(levels, 4, 3, extra=plte + some))
    few = chunk(b"tRNS", b"\x80")
    case("png/palette-few-transparent.png", png(levels, 4, 3, extra=plte + few))
    key = chunk(b"tRNS", struct.pack(">H", int(GREY[3, 3])))
    case("png/grey-transparent.png", png(GREY, 8, 0, extra=key))
    key = chunk(b"tRNS", struct.pack(">HHH", *map(int, RGB[3, 3])))
    case("png/rgb-transparent.png", png(RGB, 8, 2, extra=key))
    gamma = chunk(b"gAMA", struct.pack(">I", 100_000))
    case("png/gamma.png", png(RGB, 8, 2, extra=gamma), RGB)
    profile = chunk(b"iCCP", b"x\0\0" + zlib.compress(b"no profile"))
    case("png/profile.png", png(RGB, 8, 2, extra=profile), RGB)
    for orientation in (3, 6):
        data = png(RGB, 8, 2, extra=chunk(b"eXIf", exif(orientation, "I", "<")))
        case(f"png/exif-{orientation}.png", data)
    frames = [Image.fromarray(RGB), Image.fromarray(RGB[::-1].copy())]
    data = by_pillow(frames[0], "PNG", save_all=True, append_images=frames[1:])
    case("png/animated.png", data, RGB)


# GIF, WebP, BMP, PNM ------------------------------------------------------------------------------


def gifs():
    palette = Image.fromarray(RGB).quantize(32)
    case("gif/plain.gif", by_pillow(palette, "GIF"))
    case("gif/interlaced.gif", by_pillow(palette, "GIF", interlace=1))
    case("gif/grey.gif", by_pillow(Image.fromarray(GREY), "GIF"))
    see_through = int(np.array(palette)[3, 3])
    case("gif/transparent.gif", by_pillow(palette, "GIF", transparency=see_through))
    frames = [palette, Image.fromarray(RGB[::-1].copy()).quantize(32)]
    first = pillow(by_pillow(palette, "GIF"))
    data = by_pillow(frames[0], "GIF", save_all=True, append_images=frames[1:])
    case("gif/animated.gif", data, first)


def webps():
    rgb, rgba = Image.fromarray(picture(JPEG_SIDE)), Image.fromarray(RGBA)
    case("webp/lossless.webp", by_pillow(Image.fromarray(RGB), "WEBP", lossless=True), RGB)
    case("webp/lossless-alpha.webp", by_pillow(rgba, "WEBP", lossless=True, exact=True))
    case("webp/lossy.webp", by_pillow(rgb, "WEBP", quality=85), tolerance=LOSSY)
    case("webp/lossy-alpha.webp", by_pillow(rgba, "WEBP", quality=85), tolerance=LOSSY)
    data = by_pillow(Image.fromarray(RGB), "WEBP", lossless=True, exif=b"Exif\0\0" + exif(6, "H", "<"))
    case("webp/exif-6.webp", data)
    frames = [Image.fromarray(RGB), Image.fromarray(RGB[::-1].copy())]
    data = by_pillow(frames[0], "WEBP", lossless=True, save_all=True, append_images=frames[1:])
    case("webp/animated.webp", data, RGB)


def bmp(bits, compression, data, palette=b"", masks=b"", height=SIDE):
    offset = 54 + len(masks) + len(palette)
    header = struct.pack("<IiiHHIIiiII", 40, SIDE, height, 1, bits, compression, len(data), 0, 0, len(palette) // 4, 0)
    return b"BM" + struct.pack("<IHHI", offset + len(data), 0, 0, offset) + header + masks + palette + data


def bmps():
    for mode in ("1", "L", "P", "RGB", "RGBA"):
        image = Image.fromarray(RGBA if mode == "RGBA" else RGB).convert(mode)
        case(f"bmp/{mode}.bmp", by_pillow(image, "BMP"))
    padded = lambda a: b"".join(r.tobytes().ljust(-(-len(r.tobytes()) // 4) * 4, b"\0") for r in a)
    case("bmp/top-down.bmp", bmp(24, 0, padded(RGB[..., ::-1]), height=-SIDE), RGB)
    r, g, b = (RGB[..., c].astype(int) for c in range(3))
    up = lambda v, most: (v * 255 + most // 2) // most
    five = (r >> 3) << 10 | (g >> 3) << 5 | b >> 3
    pixels = np.stack([up(c >> 3, 31) for c in (r, g, b)], -1)
    case("bmp/555.bmp", bmp(16, 0, padded(five.astype("<u2")[::-1])), pixels)
    six = (r >> 3) << 11 | (g >> 2) << 5 | b >> 3
    pixels = np.stack([up(r >> 3, 31), up(g >> 2, 63), up(b >> 3, 31)], -1)
    masks = struct.pack("<III", 0xF800, 0x07E0, 0x001F)
    case("bmp/565.bmp", bmp(16, 3, padded(six.astype("<u2")[::-1]), masks=masks), pixels)
    # The fourth byte means nothing.
    four = np.dstack([RGB[..., ::-1], np.zeros_like(GREY)])
    case("bmp/32-without-alpha.bmp", bmp(32, 0, padded(four[::-1])), RGB)
    palette = b"".join(bytes([*c[::-1], 0]) for c in RGB.reshape(-1, 3)[::18][:16])
    levels = (GREY // 17).astype(np.uint8)
    run = b"".join(b"".join(bytes([1, v]) for v in row) + b"\0\0" for row in levels[::-1]) + b"\0\1"
    colours = RGB.reshape(-1, 3)[::18][:16]
    case("bmp/rle8.bmp", bmp(8, 1, run, palette), colours[levels])


def pnms():
    text = lambda a: b" ".join(b"%d" % v for v in a.reshape(-1))
    size = b"%d %d\n" % (SIDE, SIDE)
    black = (GREY < 128).astype(np.uint8)
    bits = 255 * (1 - black)
    case("pnm/P1.pbm", b"P1\n# a comment\n" + size + text(black), grey(bits))
    case("pnm/P4.pbm", b"P4\n" + size + np.packbits(black, axis=1).tobytes(), grey(bits))
    case("pnm/P2.pgm", b"P2\n" + size + b"255\n" + text(GREY), grey(GREY))
    case("pnm/P5.pgm", b"P5\n" + size + b"255\n" + GREY.tobytes(), grey(GREY))
    case("pnm/P3.ppm", b"P3\n" + size + b"255\n" + text(RGB), RGB)
    case("pnm/P6.ppm", b"P6\n" + size + b"255\n" + RGB.tobytes(), RGB)
    low = (GREY.astype(int) * 15 // 255).astype(np.uint8)
    case("pnm/P5-maxval-15.pgm", b"P5\n" + size + b"15\n" + low.tobytes(), grey(low * 17))
    case("pnm/P2-maxval-15.pgm", b"P2\n" + size + b"15\n" + text(low), grey(low * 17))
    case("pnm/P6-16.ppm", b"P6\n" + size + b"65535\n" + DEEP.astype(">u2").tobytes(), eight(DEEP))
    twelve = (DEEP >> 4).astype(int)
    pixels = eight((twelve * 65535 + 2047) // 4095)
    case("pnm/P5-maxval-4095.pgm", b"P5\n" + size + b"4095\n" + twelve[..., 0].astype(">u2").tobytes(), grey(pixels[..., 0]))
    pam = b"P7\nWIDTH %d\nHEIGHT %d\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n" % (SIDE, SIDE)
    case("pnm/P7.pam", pam + RGBA.tobytes(), on_white(RGBA))


# TIFF ---------------------------------------------------------------------------------------------

TYPES = {"B": 1, "H": 3, "I": 4}


def tiff(directories, endian="<", big=False, head=b""):
    """Of dictionaries {tag: (type, values)} with the strips under "strips", and under "sub" a nested
    directory."""
    out = bytearray((b"II" if endian == "<" else b"MM") + struct.pack(endian + "H", 43 if big else 42))
    out += struct.pack(endian + "HHQ", 8, 0, 0) if big else bytes(4)
    out += head
    size, offset = (8, "Q") if big else (4, "I")
    link = 8 if big else 4

    def append(data):
        out.extend(bytes(-len(out) % 8))
        out.extend(data)
        return len(out) - len(data)

    def directory(tags):
        tags = dict(tags)
        strips = tags.pop("strips")
        places = [append(strip) for strip in strips]
        tags[273], tags[279] = ("I", places), ("I", [len(strip) for strip in strips])
        if sub := tags.pop("sub", None):
            tags[330] = ("I", [directory(sub)[0]])
        body = b""
        for tag, (kind, values) in sorted(tags.items()):
            data = struct.pack(f"{endian}{len(values)}{kind}", *values)
            if len(data) > size:
                data = struct.pack(endian + offset, append(data))
            body += struct.pack(f"{endian}HH{offset}", tag, TYPES[kind], len(values)) + data.ljust(size, b"\0")
        start = append(struct.pack(endian + ("Q" if big else "H"), len(tags)) + body + bytes(size))
        return start, len(out) - size

    for tags in directories:
        start, following = directory(tags)
        out[link : link + size] = struct.pack(endian + offset, start)
        link = following
    return bytes(out)


def tags(samples, photometric, endian="<", **more):
    """The tags of samples (h, w, c) in one strip."""
    samples = samples.reshape(*samples.shape[:2], -1)
    height, width, channels = samples.shape
    kind = samples.dtype.kind
    all = {
        256: ("I", [width]),
        257: ("I", [height]),
        258: ("H", [samples.dtype.itemsize * 8] * channels),
        259: ("H", [1]),
        262: ("H", [photometric]),
        277: ("H", [channels]),
        278: ("I", [height]),
        339: ("H", [{"u": 1, "i": 2, "f": 3}[kind]] * channels),
        "strips": [samples.astype(samples.dtype.newbyteorder(endian)).tobytes()],
    }
    all.update({int(tag[1:]): value for tag, value in more.items()})
    return all


def tiffs():
    rgb, rgba = Image.fromarray(RGB), Image.fromarray(RGBA)
    for name in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"):
        for mode in ("L", "RGB", "RGBA"):
            image = rgba.convert(mode)
            case(f"tiff/{mode}-{name}.tif", by_pillow(image, "TIFF", compression=name))
    predictor = by_pillow(rgb, "TIFF", compression="tiff_lzw", tiffinfo={317: 2})
    case("tiff/predictor.tif", predictor, RGB)
    case("tiff/jpeg.tif", by_pillow(Image.fromarray(picture(JPEG_SIDE)), "TIFF", compression="jpeg"), tolerance=LOSSY)
    case("tiff/jpeg-grey.tif", by_pillow(Image.fromarray(picture(JPEG_SIDE)[..., 0].copy()), "TIFF", compression="jpeg"), tolerance=LOSSY)
    black = rgb.convert("1", dither=0)
    case("tiff/1-bit.tif", by_pillow(black, "TIFF"))
    case("tiff/1-bit-group4.tif", by_pillow(black, "TIFF", compression="group4"))
    case("tiff/big.tif", by_pillow(rgb, "TIFF", big_tiff=True))
    case("tiff/big-orientation.tif", tiff([tags(RGB, 2, _274=("H", [6]))], big=True), np.rot90(RGB, -1))
    case("tiff/cmyk.tif", by_pillow(rgb.convert("CMYK"), "TIFF"))
    cmyk = np.array(rgb.convert("CMYK"))
    cmyk[..., 3] = 5 * np.arange(SIDE)
    pixels = np.array(Image.fromarray(cmyk, "CMYK").convert("RGB"))
    case("tiff/cmyk-black.tif", tiff([tags(cmyk, 5)]), pixels)
    case("tiff/cmyk-16.tif", tiff([tags(cmyk.astype(np.uint16) * 257, 5)]), pixels)
    for endian, order in {"<": "le", ">": "be"}.items():
        case(f"tiff/rgb-16-{order}.tif", tiff([tags(DEEP, 2, endian)], endian), eight(DEEP))
        deep = DEEP[..., 0]
        case(f"tiff/grey-16-{order}.tif", tiff([tags(deep, 1, endian)], endian), grey(eight(deep)))
    case("tiff/white-is-zero.tif", tiff([tags(255 - GREY, 0)]), grey(GREY))
    case("tiff/white-is-zero-16.tif", tiff([tags(65535 - DEEP[..., 0], 0)]), grey(eight(DEEP[..., 0])))
    bits = np.packbits(GREY < 128, axis=1)
    one = {**tags(bits, 0, _256=("I", [SIDE]), _258=("H", [1]))}
    case("tiff/white-is-zero-1.tif", tiff([one]), grey(np.where(GREY < 128, 0, 255)))
    four = np.pad(GREY // 17, ((0, 0), (0, 1)))
    four = (four[:, ::2] << 4 | four[:, 1::2]).astype(np.uint8)
    case("tiff/grey-4.tif", tiff([tags(four, 1, _256=("I", [SIDE]), _258=("H", [4]))]), grey(GREY // 17 * 17))

    # Each channel in a plane of its own.
    for name, samples, photometric, more, pixels in (
        ("rgb", RGB, 2, {}, RGB),
        ("rgb-16", DEEP, 2, {}, eight(DEEP)),
        ("rgba", RGBA, 2, {"_338": ("H", [2])}, on_white(RGBA)),
        ("cmyk", cmyk, 5, {}, pixels),
    ):
        planar = tags(samples, photometric, _284=("H", [2]), **more)
        planar["strips"] = [np.ascontiguousarray(samples[..., c]).tobytes() for c in range(samples.shape[2])]
        case(f"tiff/planes-{name}.tif", tiff([planar]), pixels)

    # Alpha, or something else.
    whole = tags(RGBA, 2, _338=("H", [2]))
    case("tiff/alpha.tif", tiff([whole]), on_white(RGBA))
    opaque = RGBA.astype(int)
    before = np.dstack([(opaque[..., :3] * opaque[..., 3:] + 127) // 255, ALPHA]).astype(np.uint8)
    restored = np.array(Image.open(io.BytesIO(tiff([tags(before, 2, _338=("H", [1]))]))).convert("RGBA"))
    data = tiff([tags(before, 2, _338=("H", [1]))])
    # Colours are restored by a division that may round the other way.
    case("tiff/premultiplied.tif", data, on_white(restored), (1, 2))
    case("tiff/not-alpha.tif", tiff([tags(RGBA, 2, _338=("H", [0]))]), RGB)
    both = np.dstack([GREY, ALPHA])
    pixels = on_white(np.dstack([grey(GREY), ALPHA]))
    case("tiff/grey-alpha.tif", tiff([tags(both, 1, _338=("H", [2]))]), pixels)
    case("tiff/grey-and-more.tif", tiff([tags(both, 1, _338=("H", [0]))]), grey(GREY))

    # Floats.
    for kind in ("f4", "f8"):
        unit = (GREY / 255).astype(kind)
        case(f"tiff/{kind}-unit.tif", tiff([tags(unit, 1)]), grey(GREY))
        case(f"tiff/{kind}-signed.tif", tiff([tags(unit * 2 - 1, 1)]), grey(GREY), (0.1, 1))
        case(f"tiff/{kind}-bytes.tif", tiff([tags(GREY.astype(kind), 1)]), grey(GREY))
        between = (GREY / 25.5).astype(kind)
        refused(f"tiff/{kind}-between.tif", tiff([tags(between, 1)]), "holds floats from")
        unit[2, 3] = np.nan
        refused(f"tiff/{kind}-nan.tif", tiff([tags(unit, 1)]), "holds NaN")
    unit = (RGB / 255).astype("f4")
    case("tiff/f4-rgb.tif", tiff([tags(unit, 2)]), RGB)
    planar = {**tags(unit, 2, _284=("H", [2])), "strips": [unit[..., c].tobytes() for c in range(3)]}
    case("tiff/f4-planes.tif", tiff([planar]), RGB)
    alpha = np.dstack([unit, (ALPHA / 255).astype("f4")])
    case("tiff/f4-alpha.tif", tiff([tags(alpha, 2, _338=("H", [2]))]), on_white(RGBA))
    case("tiff/f4-rgb-bytes.tif", tiff([tags(RGB.astype("f4"), 2)]), RGB)
    refused("tiff/i2.tif", tiff([tags(GREY.astype("i2"), 1)]), "signed integers")
    refused("tiff/u4.tif", tiff([tags(GREY.astype("u4"), 1)]), "integers of 32 or 64 bits")
    refused("tiff/12-bits.tif", tiff([tags(np.zeros((SIDE, 32), np.uint8), 1, _256=("I", [SIDE]), _258=("H", [12]))]), "")

    # Palettes.
    palette = rgb.quantize(32)
    case("tiff/palette.tif", by_pillow(palette, "TIFF"))
    levels = GREY // 17
    colours = RGB.reshape(-1, 3)[::18][:16]
    table = (colours.T.astype(int) * 257).reshape(-1).tolist()
    four = np.pad(levels, ((0, 0), (0, 1)))
    four = (four[:, ::2] << 4 | four[:, 1::2]).astype(np.uint8)
    more = {"_256": ("I", [SIDE]), "_258": ("H", [4]), "_320": ("H", table)}
    case("tiff/palette-4.tif", tiff([tags(four, 3, **more)]), colours[levels])

    # Several pictures.
    pages = [tags(np.roll(RGB, i, 0), 2) for i in range(5)]
    case("tiff/five-pages.tif", tiff(pages), RGB)
    small = tags(RGB[::4, ::4], 2, _254=("I", [1]))
    case("tiff/thumbnail-first.tif", tiff([small, tags(RGB, 2, _254=("I", [0]))]), RGB)
    case("tiff/thumbnail-second.tif", tiff([tags(RGB, 2), small]), RGB)
    case("tiff/nested-smaller-copy.tif", tiff([{**tags(RGB, 2), "sub": small}]), RGB)
    refused("tiff/thumbnail-alone.tif", tiff([small]), "only a thumbnail")

    # Camera raw, whatever the name.
    sensor = tags(DEEP[..., 0], 32803)
    refused("raw/nested.nef", tiff([{**small, "sub": sensor}]), "camera raw")
    refused("raw/first.pef", tiff([sensor]), "camera raw")
    refused("raw/second.tif", tiff([small, sensor]), "camera raw")
    refused("raw/version.dng", tiff([tags(RGB, 2, _50706=("B", [1, 4, 0, 0]))]), "camera raw")
    refused("raw/canon.cr2", tiff([tags(RGB, 2)], head=b"CR\2\0\0\0\0\0"), "camera raw")
    refused("raw/big-endian.nef", tiff([{**tags(RGB[::4, ::4], 2, ">"), "sub": tags(DEEP[..., 0], 32803, ">")}], ">"), "camera raw")

    uncompressed = tags(RGB, 6, _530=("H", [2, 2]))
    refused("tiff/ycbcr-subsampled.tif", tiff([uncompressed]), "")
    refused("tiff/lab.tif", tiff([tags(RGB, 8)]), "")


# Large pictures, for the memory that decoding takes; plain, so that the files are small ---------------


def large():
    width, height = 720, 520
    rgb = np.full((height, width, 3), (200, 100, 50), np.uint8)
    rgba = np.dstack([rgb, np.full((height, width), 128, np.uint8)])
    deep = np.full((height, width, 3), 40_000, np.uint16)
    image, see_through = Image.fromarray(rgb), Image.fromarray(rgba)
    small = ("-quality", "10", "-optimize", "-sample")
    turned = with_exif(cjpeg(rgb, *small, "2x2"), exif(6))
    files = {
        "420.jpg": cjpeg(rgb, *small, "2x2"),
        "444.jpg": cjpeg(rgb, *small, "1x1"),
        "progressive.jpg": cjpeg(rgb, *small, "1x1", "-progressive"),
        "grey.jpg": cjpeg(rgb, *small[:-1], "-grayscale"),
        "cmyk.jpg": by_pillow(image.convert("CMYK"), "JPEG", quality=10, optimize=True),
        "turned.jpg": turned,
        "rgb.png": png(rgb, 8, 2),
        "interlaced.png": png(rgb, 8, 2, True),
        "rgba.png": png(rgba, 8, 6),
        "deep.png": png(deep, 16, 2),
        "palette.png": by_pillow(image.quantize(4), "PNG"),
        "plain.gif": by_pillow(image.quantize(4), "GIF"),
        "lossless.webp": by_pillow(image, "WEBP", lossless=True),
        "lossless-alpha.webp": by_pillow(see_through, "WEBP", lossless=True),
        "lossy.webp": by_pillow(image, "WEBP", quality=10),
        "lossy-alpha.webp": by_pillow(see_through, "WEBP", quality=10),
        "lzw.tif": by_pillow(image, "TIFF", compression="tiff_lzw"),
        "deflate.tif": by_pillow(see_through, "TIFF", compression="tiff_adobe_deflate"),
        "one-strip.tif": by_pillow(image, "TIFF", compression="tiff_adobe_deflate", strip_size=1 << 30),
        "jpeg.tif": by_pillow(image, "TIFF", compression="jpeg", quality=10, strip_size=1 << 30),
    }
    for name, samples in {"planes.tif": deep, "floats.tif": rgb.astype("f4") / 255}.items():
        strips = [np.ascontiguousarray(samples[..., c]).tobytes() for c in range(3)]
        all = tags(samples, 2, _284=("H", [2]), _259=("H", [8]))
        files[name] = tiff([{**all, "strips": [zlib.compress(strip, 9) for strip in strips]}])
    pairs = b"".join(bytes([255, 3, 255, 3, width - 510, 3, 0, 0]) for _ in range(height))
    header = bmp(8, 1, pairs + b"\0\1", bytes(1024))
    files["rle8.bmp"] = header[:18] + struct.pack("<ii", width, height) + header[26:]
    for name, data in files.items():
        path = HERE / "large" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)


def main():
    for folder in ("files", "expected", "large"):
        shutil.rmtree(HERE / folder, ignore_errors=True)
    for make in (jpegs, pngs, gifs, webps, bmps, pnms, tiffs, large):
        make()
    (HERE / "cases.tsv").write_text("\n".join(cases) + "\n")


if __name__ == "__main__":
    main()
