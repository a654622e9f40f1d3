"""Writes steps.safetensors: three training steps of the default networks in PyTorch, in f64.

    pip install torch numpy safetensors
    python make.py

Inputs are not stored: weights, latents and images come from `draw`, a hash function that the test
also computes, bit for bit. Small result tensors are stored in full. A large tensor is stored as its
norm, 512 of its values, and 8 sums over all its values with signs from the same hash. Every value
contributes to each of the 8 sums, so no wrong value goes unnoticed. (Stored in full, the file would
take 36 MB.)

Two effects would make f32 and f64 diverge after the first step even if both are correct. They are
excluded from the comparison:

- A unit at the kink of its ReLU: rounding decides whether its gradient passes. The inputs are
  therefore those of the first attempt in which no unit of the three steps lies within MARGIN of the
  kink, relative to the root mean square of its layer.
- A weight whose gradients are zero except for rounding: Adam's update depends on little more than
  their sign. Weights whose root of v is below UNDECIDED, relative to the root mean square of its
  tensor, are stored, and the test copies them.

Tensors are in this project's order: N H W C, and (kernel, kernel, c_in, c_out) for weights.
"""

from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.numpy import save_file

BATCH, STEPS, SAMPLES, SUMS = 2, 3, 512, 8
LR, BETAS = 2e-4, (0.5, 0.999)
MARGIN, UNDECIDED = 3e-6, 1e-3
out = {}


def mix(x):
    """splitmix64 of each element."""
    with np.errstate(over="ignore"):
        x = (x + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return x ^ (x >> np.uint64(31))


def draw(key, shape, scale, shift=0.0):
    """Uniform in shift ± scale, rounded to f32 and converted to f64."""
    i = np.arange(int(np.prod(shape)), dtype=np.uint64) + np.uint64(key << 32)
    unit = (mix(i) >> np.uint64(40)).astype(np.float64) / 2.0**24
    values = (shift + scale * (2.0 * unit - 1.0)).astype(np.float32).astype(np.float64)
    return torch.from_numpy(values.reshape(shape))


def signs(row, n):
    i = np.arange(n, dtype=np.uint64) + np.uint64((1000 + row) << 32)
    return 1.0 - 2.0 * (mix(i) >> np.uint64(63)).astype(np.float64)


def ours(tensor):
    """All values in this project's order."""
    tensor = tensor.detach()
    if tensor.dim() == 4:
        tensor = tensor.permute(2, 3, 1, 0)
    return tensor.contiguous().numpy().reshape(-1)


def put(name, tensor):
    flat = ours(tensor)
    if len(flat) <= SAMPLES:
        out[name] = flat.copy()
        return
    out[f"{name}/norm"] = np.array([np.linalg.norm(flat)])
    out[f"{name}/samples"] = flat[np.arange(SAMPLES) * len(flat) // SAMPLES]
    out[f"{name}/sums"] = np.array([flat @ signs(row, len(flat)) for row in range(SUMS)])


def generator(nz=100, nc=3, widths=(256, 128, 64, 32)):
    layers, c_in = [], nz
    for i, c in enumerate(widths):
        stride, pad = (1, 0) if i == 0 else (2, 1)
        layers += [nn.ConvTranspose2d(c_in, c, 4, stride, pad, bias=False), nn.BatchNorm2d(c), nn.ReLU()]
        c_in = c
    return nn.Sequential(*layers, nn.ConvTranspose2d(c_in, nc, 4, 2, 1, bias=False), nn.Tanh()).double()


def discriminator(nc=3, widths=(32, 64, 128, 256)):
    layers, c_in = [nn.Conv2d(nc, widths[0], 4, 2, 1, bias=False), nn.LeakyReLU(0.2)], widths[0]
    for c in widths[1:]:
        layers += [nn.Conv2d(c_in, c, 4, 2, 1, bias=False), nn.BatchNorm2d(c), nn.LeakyReLU(0.2)]
        c_in = c
    return nn.Sequential(*layers, nn.Conv2d(c_in, 1, 4, 1, 0, bias=False)).double()


def fill(network, key):
    """The same weights as in the test, drawn in this project's order and permuted to PyTorch's."""
    for i, parameter in enumerate(network.parameters()):
        with torch.no_grad():
            if parameter.dim() == 4:
                a, b, *kernel = parameter.shape
                ours = draw(key + i, (*kernel, b, a), 0.04)
                parameter.copy_(ours.permute(3, 2, 0, 1))
            else:
                is_gamma = float(parameter[0]) == 1.0
                parameter.copy_(draw(key + i, tuple(parameter.shape), 0.04, 1.0 if is_gamma else 0.0))


def record_margins(network):
    """A list to which each forward pass appends the smallest distance of a unit from its kink."""
    margins = []

    def hook(_, inputs):
        x = inputs[0].detach()
        margins.append((x.abs().min() / x.square().mean().sqrt()).item())

    for module in network:
        if isinstance(module, (nn.ReLU, nn.LeakyReLU)):
            module.register_forward_pre_hook(hook)
    return margins


def attempt(n):
    """Three steps from the n-th set of inputs. Returns False if a unit came too close to its kink."""
    out.clear()
    key = n * 10_000
    g, d = generator(), discriminator()
    fill(g, key + 100)
    fill(d, key + 200)
    margins = record_margins(g), record_margins(d)
    adam_g = torch.optim.Adam(g.parameters(), lr=LR, betas=BETAS)
    adam_d = torch.optim.Adam(d.parameters(), lr=LR, betas=BETAS)
    bce = F.binary_cross_entropy_with_logits
    for step in range(STEPS):
        z = draw(key + 300 + step, (BATCH, 1, 1, 100), 3.0**0.5).permute(0, 3, 1, 2)
        x = draw(key + 400 + step, (BATCH, 64, 64, 3), 1.0).permute(0, 3, 1, 2)
        fake = g(z)
        generated, real = d(fake), d(x)
        if min(margins[0] + margins[1]) < MARGIN:
            return False
        loss_g = bce(generated, torch.ones_like(generated))
        loss_fake = bce(generated, torch.zeros_like(generated))
        loss_real = bce(real, torch.ones_like(real))
        # G's loss and D's loss on the fakes share one forward pass of D, so its graph is retained.
        grad_g = torch.autograd.grad(loss_g, list(g.parameters()), retain_graph=True)
        grad_d = torch.autograd.grad(loss_fake + loss_real, list(d.parameters()))
        for network, gradients, adam in ((g, grad_g, adam_g), (d, grad_d, adam_d)):
            for parameter, gradient in zip(network.parameters(), gradients):
                parameter.grad = gradient
            adam.step()
        probabilities = [real.sigmoid().mean().item(), generated.sigmoid().mean().item()]
        losses = [loss_g.item(), loss_real.item(), loss_fake.item()]
        out[f"{step}/losses"] = np.array(losses + probabilities)
        put_network(f"{step}/g", g, adam_g)
        put_network(f"{step}/d", d, adam_d)
    out["attempt"] = np.array([float(n)])
    return True


def put_network(prefix, network, adam):
    for key, parameter in network.named_parameters():
        put(f"{prefix}/gradient/main.{key}", parameter.grad)
        put(f"{prefix}/theta/main.{key}", parameter)
        root_v = np.sqrt(ours(adam.state[parameter]["exp_avg_sq"]))
        (undecided,) = np.nonzero(root_v < UNDECIDED * np.sqrt(np.mean(root_v**2)))
        pairs = np.stack([undecided.astype(np.float64), ours(parameter)[undecided]], axis=1)
        out[f"{prefix}/undecided/main.{key}"] = pairs
    for key, buffer in network.named_buffers():
        if not key.endswith("num_batches_tracked"):
            put(f"{prefix}/running/main.{key}", buffer)


def main():
    found = next(n for n in range(1000) if attempt(n))
    print(f"attempt {found}")
    save_file(out, str(Path(__file__).parent / "steps.safetensors"), {"torch": torch.__version__.split("+")[0]})


if __name__ == "__main__":
    main()
