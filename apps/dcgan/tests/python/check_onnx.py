"""Checks exported ONNX files against the format, against exact arithmetic and against dcgan itself.

    python check_onnx.py path/to/dcgan

Exports generators with random weights and discriminators of short runs, lets onnx.checker judge the files, and executes
them with onnxruntime at several batch sizes. NumPy computes the same in double precision from the weights in
safetensors, and dcgan makes the same images by `generate --latents`.

Needs onnx, onnxruntime and numpy.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "browser"))
from models import write_generator

BATCHES = [1, 3, 64]

# Of images, and of logits relative to the largest.
TOLERANCE = 1e-5

# Of images of dcgan itself, whose Winograd transforms round more than plain convolutions.
TOLERANCE_GENERATE = 5e-5

# Image size, channels, length of a latent, channels of the last hidden layer.
GENERATORS = {"default": (64, 3, 100, 32), "grey": (16, 1, 7, 5), "rgba": (32, 4, 20, 5)}

DISCRIMINATORS = {
    "batch": "--d-norm batch",
    "none": "--image-size 16 --channels 1 --ngf 8 --ndf 8 --d-norm none",
    "spectral": "--image-size 32 --channels 4 --ngf 4 --ndf 8 --d-norm spectral",
}


def main():
    dcgan = str(Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as folder:
        for name, sizes in GENERATORS.items():
            write_generator(Path(folder) / name, *sizes)
            exact, generate = check_generator(Model(dcgan, Path(folder), name))
            print(f"generator {name}: {exact:.1e} from exact arithmetic, {generate:.1e} from dcgan generate")
        for name, flags in DISCRIMINATORS.items():
            model = Model(dcgan, Path(folder), f"run-{name}")
            model("train", "--out", model.name, "--steps", "3", "--batch-size", "8", *flags.split())
            print(f"discriminator with d-norm {name}: {check_discriminator(model):.1e} from exact arithmetic")


class Model:
    """A model in a folder, and dcgan to use it."""

    def __init__(self, dcgan, folder, name):
        self.dcgan, self.folder, self.name = dcgan, folder, name

    def __call__(self, *arguments):
        subprocess.run([self.dcgan, "--quiet", *arguments], cwd=self.folder, check=True)

    def export(self, *arguments):
        """A session with the exported network."""
        out = self.folder / f"{self.name}.onnx"
        self("export", self.name, "--out", out.name, *arguments)
        onnx.checker.check_model(str(out), full_check=True)
        model = onnx.load(out)
        assert (model.opset_import[0].version, model.ir_version) == (13, 7)
        return onnxruntime.InferenceSession(out, providers=["CPUExecutionProvider"])


def check_generator(model):
    """The largest differences of a pixel: from exact arithmetic, and from `dcgan generate`."""
    floats = model.export()
    about = floats.get_modelmeta().custom_metadata_map
    nz, side, channels = (int(about[f"dcgan.{key}"]) for key in ["nz", "image_size", "channels"])
    assert about["dcgan.pixel_range"] == "-1,1" and len(about["dcgan.fingerprint"]) == 12
    as_bytes = model.export("--uint8")
    model("export", model.name, "--out", "g.safetensors", "--force")
    weights = read_safetensors(model.folder / "g.safetensors")
    from_exact = from_generate = 0
    for n in BATCHES:
        z = np.random.default_rng(n).standard_normal((n, nz)).astype(np.float32)
        np.save(model.folder / "z.npy", z)
        model("generate", model.name, "--latents", "z.npy", "--out", "x.npy", "--force")
        generated, exact = np.load(model.folder / "x.npy"), generate(weights, z)
        # Flat images would prove nothing.
        assert exact.std() > 0.3, exact.std()
        [images] = floats.run(["images"], {"latents": z[:, :, None, None]})
        assert images.shape == generated.shape == (n, channels, side, side)
        from_exact = max(from_exact, np.abs(images - exact).max())
        from_generate = max(from_generate, np.abs(images - generated).max())
        [pixels] = as_bytes.run(["images"], {"latents": z[:, :, None, None]})
        rounded = np.floor((exact.transpose(0, 2, 3, 1) + 1) * 127.5 + 0.5)
        assert pixels.dtype == np.uint8 and np.abs(pixels - rounded).max() <= 1
        # Hardly any lies so near the middle between two levels.
        assert np.mean(pixels != rounded) < 0.01
    assert from_exact <= TOLERANCE and from_generate <= TOLERANCE_GENERATE, (from_exact, from_generate)
    return from_exact, from_generate


def check_discriminator(model):
    """The largest difference of a logit, relative to the largest one."""
    session = model.export("--net", "discriminator")
    model("export", model.name, "--net", "discriminator", "--out", "d.safetensors", "--force")
    weights = read_safetensors(model.folder / "d.safetensors")
    _, *shape = session.get_inputs()[0].shape
    worst = 0
    for n in BATCHES[:2]:
        images = np.random.default_rng(n).uniform(-1, 1, (n, *shape)).astype(np.float32)
        [logits] = session.run(["logits"], {"images": images})
        wanted = discriminate(weights, images)
        assert logits.shape == (n, 1)
        worst = max(worst, np.abs(logits[:, 0] - wanted).max() / np.abs(wanted).max())
    assert worst <= TOLERANCE, worst
    return worst


def generate(weights, z):
    """G in double precision: transposed convolutions of 4 x 4, batch norm and ReLU, tanh."""
    x = z[:, :, None, None].astype(np.float64)
    last = max(int(name.split(".")[1]) for name in weights)
    for i in range(0, last + 1, 3):
        stride, pad = (1, 0) if i == 0 else (2, 1)
        x = convolve_transposed(x, weights[f"main.{i}.weight"].astype(np.float64), stride, pad)
        if i != last:
            x = np.maximum(normalise(x, weights, f"main.{i + 1}"), 0)
    return np.tanh(x)


def normalise(x, weights, name):
    weight, bias, mean, var = (
        weights[f"{name}.{array}"].astype(np.float64)[:, None, None]
        for array in ["weight", "bias", "running_mean", "running_var"]
    )
    return (x - mean) / np.sqrt(var + 1e-5) * weight + bias


def convolve_transposed(x, weight, stride, pad):
    side = (x.shape[2] - 1) * stride + 4
    y = np.zeros((len(x), weight.shape[1], side, side))
    for i in range(4):
        for j in range(4):
            rows, columns = (slice(k, side - 3 + k, stride) for k in (i, j))
            y[:, :, rows, columns] += np.einsum("nchw,co->nohw", x, weight[:, :, i, j], optimize=True)
    return y[:, :, pad : side - pad, pad : side - pad]


def discriminate(weights, x):
    """D in double precision: convolutions of 4 x 4, batch norm where there is one, LeakyReLU."""
    layers = sorted({int(name.split(".")[1]) for name in weights})
    for i in layers:
        name = f"main.{i}"
        if f"{name}.running_mean" in weights:
            x = normalise(x, weights, name)
        else:
            x = convolve(x, weights[f"{name}.weight"], i == layers[-1])
            x += weights.get(f"{name}.bias", np.zeros(1))[:, None, None]
        has_norm = f"main.{i + 1}.running_mean" in weights
        if i != layers[-1] and not has_norm:
            x = np.where(x > 0, x, 0.2 * x)
    return x[:, 0, 0, 0]


def convolve(x, weight, is_last):
    pad, stride = (0, 1) if is_last else (1, 2)
    x = np.pad(x.astype(np.float64), ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (4, 4), axis=(2, 3))[:, :, ::stride, ::stride]
    return np.einsum("nchwij,ocij->nohw", windows, weight.astype(np.float64), optimize=True)


def read_safetensors(path):
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    header.pop("__metadata__", None)
    arrays = {}
    for name, about in header.items():
        if about["dtype"] == "F32":
            first, end = (start + offset for offset in about["data_offsets"])
            arrays[name] = np.frombuffer(data[first:end], np.float32).reshape(about["shape"])
    return arrays


if __name__ == "__main__":
    main()
