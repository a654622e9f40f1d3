"""Writes augment.safetensors: augmented images, their gradients, and training steps with augmentation in PyTorch, in f64.

    pip install torch numpy safetensors
    python make_augment.py

The augmentations are those of Zhao et al. 2020 (arXiv:2006.10738) with the policy `color,translation,cutout`, one
image at a time, and autograd differentiates them. Inputs and the way in which tensors are stored are those of make.py
and make_recipes.py. Of images only eight sums per image are stored, with the signs of make.py.
"""

from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.numpy import save_file

from make import discriminator, draw, fill, generator, out, put, signs
from make_recipes import MARGIN, losses, penalty, plain_discriminator

BATCH, SIDE, CHANNELS, NZ, WIDTH, SUMS = 4, 16, 3, 3, 2, 8
COLOR, TRANSLATION, CUTOUT = "color", "translation", "cutout"

# What dcgan draws in step 0 of seed 42 for images of 16 x 16 pixels: generated ones, then real ones. Brightness,
# saturation, contrast; how far an image moves down and to the right; row and column of the centre of the cutout.
# The test compares them.
DRAWS = np.array([
    [0.3021294, 1.7989641, 0.73263735, 1, -1, 11, 15],
    [-0.42071304, 1.0582974, 1.007545, 1, -1, 15, 9],
    [-0.4178158, 1.5742502, 0.54343575, 1, 2, 3, 2],
    [0.24654636, 0.4564139, 1.3123168, 1, 0, 16, 12],
    [-0.045082662, 0.40092388, 1.1540306, 0, 0, 12, 3],
    [-0.48567817, 1.5729991, 1.422951, 1, 2, 13, 4],
    [-0.03416257, 0.2462885, 0.64094627, 0, 1, 12, 16],
    [-0.2337684, 1.1551324, 1.1243874, -2, 1, 3, 9],
])

# Name: whether D has batch norm, R1.
STEPS = {"batch": (True, 0), "none_r1": (False, 2.0)}


def color(x, brightness, saturation, contrast):
    x = x + brightness
    mean = x.mean(dim=0, keepdim=True)
    x = (x - mean) * saturation + mean
    mean = x.mean()
    return (x - mean) * contrast + mean


def translation(x, down, right):
    most = SIDE // 8
    padded = F.pad(x, (most, most, most, most))
    top, left = most - int(down), most - int(right)
    return padded[:, top : top + SIDE, left : left + SIDE]


def cutout(x, row, column):
    half = SIDE // 4
    near = [(torch.arange(SIDE) - centre + half).clamp(-1, 2 * half) for centre in (row, column)]
    rows, columns = [(near >= 0) & (near < 2 * half) for near in near]
    return x * ~(rows[:, None] & columns[None, :])


def augment(images, draws, kinds=(COLOR, TRANSLATION, CUTOUT)):
    """Images (n, c, h, w), each with its own draws."""
    augmented = []
    for x, (brightness, saturation, contrast, down, right, row, column) in zip(images, draws):
        if COLOR in kinds:
            x = color(x, brightness, saturation, contrast)
        if TRANSLATION in kinds:
            x = translation(x, down, right)
        if CUTOUT in kinds:
            x = cutout(x, row, column)
        augmented.append(x)
    return torch.stack(augmented)


def record_margins(network):
    """As that of make.py, without units that are exactly 0. Those see nothing but cleared pixels, through which no
    gradient passes, neither to the image nor to a weight."""
    margins = []

    def hook(_, inputs):
        x = inputs[0].detach()
        margins.append((x[x != 0].abs().min() / x.square().mean().sqrt()).item())

    for module in network:
        if isinstance(module, (nn.ReLU, nn.LeakyReLU)):
            module.register_forward_pre_hook(hook)
    return margins


def images(key, n, scale=1.0):
    return draw(key, (n, SIDE, SIDE, CHANNELS), scale).permute(0, 3, 1, 2)


def put_images(name, tensor):
    flat = tensor.detach().permute(0, 2, 3, 1).numpy().reshape(len(tensor), -1)
    out[name] = np.array([[x @ signs(row, len(x)) for row in range(SUMS)] for x in flat]).reshape(-1)


def put_augmentations():
    for kinds in ((COLOR,), (TRANSLATION,), (CUTOUT,), (COLOR, TRANSLATION, CUTOUT)):
        x = images(1, len(DRAWS)).requires_grad_()
        y = augment(x, DRAWS, kinds)
        (gradient,) = torch.autograd.grad((y * images(2, len(DRAWS))).sum(), x)
        put_images(f"{','.join(kinds)}/images", y)
        put_images(f"{','.join(kinds)}/gradient", gradient)


def step(name, key):
    """Stores the tensors of one step. Returns False if a unit came too close to its kink."""
    has_norm, r1 = STEPS[name]
    g = generator(NZ, CHANNELS, (2 * WIDTH, WIDTH))
    widths = (WIDTH, 2 * WIDTH)
    d = discriminator(CHANNELS, widths) if has_norm else plain_discriminator(widths)
    fill(g, key + 100)
    fill(d, key + 200)
    margins = record_margins(g), record_margins(d)
    z = draw(key + 300, (BATCH, 1, 1, NZ), 3.0**0.5).permute(0, 3, 1, 2)
    x = augment(images(key + 400, BATCH), DRAWS[BATCH:])
    generated, real = d(augment(g(z), DRAWS[:BATCH])).flatten(), d(x).flatten()
    if min(margins[0] + margins[1]) < MARGIN:
        return False
    loss_g, loss_real, loss_fake = losses("bce", real, generated, 0)
    total = loss_real + loss_fake + (r1 * penalty(d, x) if r1 else 0)
    grad_g = torch.autograd.grad(loss_g, list(g.parameters()), retain_graph=True)
    grad_d = torch.autograd.grad(total, list(d.parameters()))
    out[f"{name}/losses"] = np.array([loss_g.item(), loss_real.item(), loss_fake.item()])
    for net, network, gradients in (("g", g, grad_g), ("d", d, grad_d)):
        for (key, parameter), gradient in zip(network.named_parameters(), gradients):
            put(f"{name}/{net}/main.{key}", gradient)
    return True


def attempt(n):
    out.clear()
    out["attempt"] = np.array([float(n)])
    return all(step(name, n * 10_000) for name in STEPS)


def main():
    print(f"attempt {next(n for n in range(1000) if attempt(n))}")
    out["draws"] = DRAWS.reshape(-1)
    put_augmentations()
    path = str(Path(__file__).parent / "augment.safetensors")
    save_file(out, path, {"torch": torch.__version__.split("+")[0]})


if __name__ == "__main__":
    main()
