"""Writes recipes.safetensors: the losses and gradients of one step under each recipe in PyTorch, in f64.

    pip install torch numpy safetensors
    python make_recipes.py

The networks are as small as they can be. Inputs and the way in which tensors are stored are those of make.py, with the
first set of inputs in which no unit lies near its kink. The gradient penalties are differentiated twice.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.numpy import save_file

from make import discriminator, draw, fill, generator, out, put, record_margins

BATCH, NZ, WIDTH, MARGIN = 4, 6, 4, 3e-5



class Recipe(NamedTuple):
    objective: str
    d_norm: str = "batch"
    r1: float = 0
    r2: float = 0
    smoothing: float = 0
    lecam: float = 0


RECIPES = {
    "bce": Recipe("bce"),
    "bce_smooth": Recipe("bce", smoothing=0.1),
    "least-squares": Recipe("least-squares"),
    "hinge": Recipe("hinge"),
    "relativistic": Recipe("relativistic"),
    "bce_none": Recipe("bce", "none"),
    "bce_r1": Recipe("bce", "none", r1=2.0),
    "hinge_r2": Recipe("hinge", "none", r2=3.0),
    "wasserstein_r1_r2": Recipe("wasserstein", "none", r1=10.0, r2=10.0),
    "hinge_spectral": Recipe("hinge", "spectral"),
    "bce_spectral_r1": Recipe("bce", "spectral", r1=2.0),
    "hinge_lecam": Recipe("hinge", lecam=0.3),
    "relativistic_r1_r2": Recipe("relativistic", "none", r1=2.0, r2=3.0),
}


def losses(objective, real, fake, smoothing):
    """G's loss, and D's parts from real and from generated images."""
    if objective == "bce":
        bce = lambda logits, target: F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))
        return bce(fake, 1.0), bce(real, 1.0 - smoothing), bce(fake, 0.0)
    if objective == "least-squares":
        return ((fake - 1) ** 2).mean() / 2, ((real - 1) ** 2).mean() / 2, (fake**2).mean() / 2
    if objective == "hinge":
        return -fake.mean(), F.relu(1 - real).mean(), F.relu(1 + fake).mean()
    if objective == "wasserstein":
        return -fake.mean(), -real.mean(), fake.mean()
    pairs = F.softplus(fake - real).mean() / 2
    return F.softplus(real - fake).mean(), pairs, pairs


def plain_discriminator(widths):
    layers, c_in = [], 3
    for c in widths:
        layers += [nn.Conv2d(c_in, c, 4, 2, 1), nn.LeakyReLU(0.2)]
        nn.init.zeros_(layers[-2].bias)
        c_in = c
    last = nn.Conv2d(c_in, 1, 4, 1, 0)
    nn.init.zeros_(last.bias)
    return nn.Sequential(*layers, last).double()


def normalised(d, x):
    """D under spectral norm, after the one round of power iteration that its forward pass over x makes."""
    for layer in d:
        if isinstance(layer, nn.Conv2d):
            nn.utils.spectral_norm(layer)
            layer.weight_u.fill_(layer.out_channels**-0.5)
    with torch.no_grad():
        d(x)
    return d.eval()


def penalty(d, images):
    images = images.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(d(images).sum(), images, create_graph=True)
    return gradient.square().sum(dim=(1, 2, 3)).mean() / 2


def step(name, key):
    """Stores the tensors of one recipe. Returns False if a unit came too close to its kink."""
    objective, d_norm, r1, r2, smoothing, lecam = RECIPES[name]
    g = generator(NZ, 3, (2 * WIDTH, WIDTH))
    widths = (WIDTH, 2 * WIDTH)
    d = discriminator(3, widths) if d_norm == "batch" else plain_discriminator(widths)
    fill(g, key + 100)
    fill(d, key + 200)
    margins = record_margins(g), record_margins(d)
    z = draw(key + 300, (BATCH, 1, 1, NZ), 3.0**0.5).permute(0, 3, 1, 2)
    x = draw(key + 400, (BATCH, 16, 16, 3), 1.0).permute(0, 3, 1, 2)
    if d_norm == "spectral":
        normalised(d, x)
        margins[1].clear()
    fake = g(z)
    generated, real = d(fake).flatten(), d(x).flatten()
    if min(margins[0] + margins[1]) < MARGIN:
        return False
    loss_g, loss_real, loss_fake = losses(objective, real, generated, smoothing)
    total = loss_real + loss_fake
    if lecam:
        # The first step moves the anchors nine tenths of the way from zero.
        anchor_real, anchor_fake = (0.9 * logits.mean().detach() for logits in (real, generated))
        total = total + lecam * ((real - anchor_fake).square().mean() + (generated - anchor_real).square().mean())
    if r1:
        total = total + r1 * penalty(d, x)
    if r2:
        total = total + r2 * penalty(d, fake)
    grad_g = torch.autograd.grad(loss_g, list(g.parameters()), retain_graph=True)
    grad_d = torch.autograd.grad(total, list(d.parameters()), allow_unused=True)
    out[f"{name}/losses"] = np.array([loss_g.item(), loss_real.item(), loss_fake.item()])
    for net, network, gradients in (("g", g, grad_g), ("d", d, grad_d)):
        for (key, parameter), gradient in zip(network.named_parameters(), gradients):
            put(f"{name}/{net}/main.{key.removesuffix('_orig')}", gradient)
    return True


def attempt(n):
    out.clear()
    out["attempt"] = np.array([float(n)])
    return all(step(name, n * 10_000) for name in RECIPES)


def main():
    print(f"attempt {next(n for n in range(1000) if attempt(n))}")
    path = str(Path(__file__).parent / "recipes.safetensors")
    save_file(out, path, {"torch": torch.__version__.split("+")[0]})


if __name__ == "__main__":
    main()
