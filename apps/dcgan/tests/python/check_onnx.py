"""Checks exported ONNX files against the format and against dcgan itself.

    python check_onnx.py path/to/dcgan

Trains some networks for a few steps, exports them, lets onnx.checker judge the files, and executes them with
onnxruntime at several batch sizes: G must give the images of `dcgan generate --latents`, D what NumPy computes from
the weights in safetensors.

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

BATCHES = [1, 3, 64]

# Of images: rounding in another order. Of logits, which are larger: relative to the largest.
TOLERANCE = 1e-5

NETWORKS = {
    "default": [],
    "grey": "--image-size 16 --channels 1 --nz 7 --ngf 8 --ndf 8 --upsample transposed --d-norm none".split(),
    "rgba": "--image-size 32 --channels 4 --nz 5 --ngf 4 --ndf 8 --d-norm spectral".split(),
}


def main():
    dcgan = str(Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as folder:
        for name, flags in NETWORKS.items():
            run = Run(dcgan, Path(folder), name)
            run("train", "--out", name, "--steps", "3", "--batch-size", "8", *flags)
            worst = check_generator(run)
            print(f"{name}: generator {worst:.1e}, discriminator {check_discriminator(run):.1e}")


class Run:
    """dcgan in a folder, and the model that it has trained there."""

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


def check_generator(run):
    """The largest difference of a pixel."""
    floats = run.export()
    about = floats.get_modelmeta().custom_metadata_map
    nz, side, channels = (int(about[f"dcgan.{key}"]) for key in ["nz", "image_size", "channels"])
    assert about["dcgan.pixel_range"] == "-1,1" and len(about["dcgan.fingerprint"]) == 12
    as_bytes = run.export("--uint8")
    worst = 0
    for n in BATCHES:
        z = np.random.default_rng(n).standard_normal((n, nz)).astype(np.float32)
        np.save(run.folder / "z.npy", z)
        run("generate", run.name, "--latents", "z.npy", "--out", "x.npy", "--force")
        wanted = np.load(run.folder / "x.npy")
        [images] = floats.run(["images"], {"latents": z[:, :, None, None]})
        assert images.shape == wanted.shape == (n, channels, side, side)
        worst = max(worst, np.abs(images - wanted).max())
        [pixels] = as_bytes.run(["images"], {"latents": z[:, :, None, None]})
        rounded = np.floor((wanted.transpose(0, 2, 3, 1) + 1) * 127.5 + 0.5)
        assert pixels.dtype == np.uint8 and np.abs(pixels - rounded).max() <= 1
        # Hardly any lies so near the middle between two levels.
        assert np.mean(pixels != rounded) < 0.01
    assert worst <= TOLERANCE, worst
    return worst


def check_discriminator(run):
    """The largest difference of a logit, relative to the largest one."""
    session = run.export("--net", "discriminator")
    run("export", run.name, "--net", "discriminator", "--out", "d.safetensors", "--force")
    weights = read_safetensors(run.folder / "d.safetensors")
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


def discriminate(weights, x):
    """D in double precision: convolutions of 4 x 4, batch norm where there is one, LeakyReLU."""
    layers = sorted({int(name.split(".")[1]) for name in weights})
    for i in layers:
        of = {name.split(".")[2]: array for name, array in weights.items() if name.split(".")[1] == str(i)}
        if "running_mean" in of:
            scale = of["weight"] / np.sqrt(of["running_var"] + 1e-5)
            x = (x - of["running_mean"][:, None, None]) * scale[:, None, None] + of["bias"][:, None, None]
        else:
            x = convolve(x, of["weight"], i == layers[-1])
            x += of.get("bias", np.zeros(1))[:, None, None]
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
