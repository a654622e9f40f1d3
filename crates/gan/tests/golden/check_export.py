"""Loads exported networks into PyTorch and compares the images of both programs.

    python3 check_export.py BINARY MODEL

Needs torch, numpy and safetensors. The networks are defined as in PyTorch's DCGAN example, with the
sizes of the exported tensors, and the weights are loaded with strict=True. The same latents are then
passed to `dcgan generate --latents` and to PyTorch's generator in eval mode. Finally, weights created by
PyTorch are used as models and compared in the same way: as safetensors, and as files of `torch.save` in both
of its formats, with a state dict and with a whole module. They are imported as well; the images of a
checkpoint are not compared, since its batch-norm statistics are computed anew.
"""

import math
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import nn

TOLERANCE = 1e-5


def generator(side, channels, nz, ngf):
    """The generator of PyTorch's example, for any image size that is a power of two from 16."""
    halvings = int(math.log2(side)) - 3
    width = ngf * 2**halvings
    layers = [nn.ConvTranspose2d(nz, width, 4, 1, 0, bias=False), nn.BatchNorm2d(width), nn.ReLU(True)]
    for _ in range(halvings):
        layers += [
            nn.ConvTranspose2d(width, width // 2, 4, 2, 1, bias=False),
            nn.BatchNorm2d(width // 2),
            nn.ReLU(True),
        ]
        width //= 2
    return nn.Sequential(*layers, nn.ConvTranspose2d(width, channels, 4, 2, 1, bias=False), nn.Tanh())


def discriminator(side, channels, ndf):
    """The discriminator of PyTorch's example, without its final sigmoid, which has no weights."""
    layers = [nn.Conv2d(channels, ndf, 4, 2, 1, bias=False), nn.LeakyReLU(0.2, True)]
    width = ndf
    for _ in range(int(math.log2(side)) - 3):
        layers += [
            nn.Conv2d(width, 2 * width, 4, 2, 1, bias=False),
            nn.BatchNorm2d(2 * width),
            nn.LeakyReLU(0.2, True),
        ]
        width *= 2
    return nn.Sequential(*layers, nn.Conv2d(width, 1, 4, 1, 0, bias=False))


class Main(nn.Module):
    """Holds the layers under the name `main`, as the example does."""

    def __init__(self, layers):
        super().__init__()
        self.main = layers

    def forward(self, x):
        return self.main(x)


def compare(what, ours, theirs):
    difference = np.abs(ours - theirs).max()
    print(f"{what}: {ours.shape}, largest difference {difference:.2e}")
    if difference > TOLERANCE:
        sys.exit(f"{what} differs by more than {TOLERANCE}")


def main(binary, model):
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)

        def dcgan(*arguments):
            subprocess.run([binary, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)

        def images(model, z):
            np.save(place / "z.npy", z.numpy())
            dcgan("generate", "--model", model, "--latents", place / "z.npy", "--out", place / "x.npy", "--force")
            return np.load(place / "x.npy")

        for net in ["generator", "discriminator"]:
            dcgan("export", "--model", model, "--net", net, "--out", place / f"{net}.safetensors")
        g_file = load_file(place / "generator.safetensors")
        d_file = load_file(place / "discriminator.safetensors")
        numbers = sorted(int(name.split(".")[1]) for name, t in g_file.items() if t.ndim == 4)
        convolutions = [g_file[f"main.{number}.weight"] for number in numbers]
        nz = convolutions[0].shape[0]
        ngf, channels = convolutions[-1].shape[:2]
        side = 4 * 2 ** (len(convolutions) - 1)
        ndf = d_file["main.0.weight"].shape[0]
        print(f"{side} x {side} x {channels}, nz {nz}, ngf {ngf}, ndf {ndf}")

        g = Main(generator(side, channels, nz, ngf))
        g.load_state_dict(g_file, strict=True)
        d = Main(discriminator(side, channels, ndf))
        d.load_state_dict(d_file, strict=True)
        print("load_state_dict(strict=True): both networks")

        torch.manual_seed(0)
        z = torch.randn(16, nz)
        with torch.inference_mode():
            expected = g.eval()(z[:, :, None, None])
        compare("images of the exported generator", images(model, z), expected.numpy())

        # The other direction: weights created by PyTorch.
        fresh = Main(generator(side, channels, nz, ngf))
        with torch.inference_mode():
            fresh.train()(torch.randn(32, nz, 1, 1))
            expected = fresh.eval()(z[:, :, None, None])
        save_file(fresh.state_dict(), place / "fresh.safetensors")
        torch.save(fresh.state_dict(), place / "fresh.pth")
        torch.save(nn.DataParallel(fresh), place / "module.pth")
        old = {"_use_new_zipfile_serialization": False}
        torch.save({"netG": fresh.half().state_dict()}, place / "old.pth", **old)
        torch.save(fresh.float(), place / "old_module.pth", **old)
        for name in ["fresh.safetensors", "fresh.pth", "module.pth"]:
            dcgan("import", "--generator", place / name, "--out", place / f"{name}.ckpt")
            compare(f"images of {name}", images(place / name, z), expected.numpy())
        # Of weights that have been rounded to halves.
        with torch.inference_mode():
            expected = fresh.eval()(z[:, :, None, None])
        for name in ["old.pth", "old_module.pth"]:
            compare(f"images of {name}", images(place / name, z), expected.numpy())


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
