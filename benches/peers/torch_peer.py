"""The same networks and training step in PyTorch, as a careful user would write them.

    torch_peer.py step      [--layout channels_last|default] [--compile] [--bf16] ...
    torch_peer.py generator [--layout ...] [--compile] ...
    torch_peer.py images    --weights G.safetensors --out FOLDER

`step` disables D's gradients while G is updated and uses Adam's foreach implementation, which updates
all tensors in one call. `generator` runs in eval mode under inference_mode. Both print one line of JSON.
`images` does what a user would do to get 64 files: load the weights, generate the images, write them.
"""

import argparse
import json
import resource
import statistics
import time

import torch
from torch import nn
from torch.nn import functional as F


def generator(nz, channels, ngf):
    widths = [8 * ngf, 4 * ngf, 2 * ngf, ngf]
    layers, before = [], nz
    for i, width in enumerate(widths):
        stride, pad = (1, 0) if i == 0 else (2, 1)
        layers += [
            nn.ConvTranspose2d(before, width, 4, stride, pad, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(True),
        ]
        before = width
    return nn.Sequential(*layers, nn.ConvTranspose2d(before, channels, 4, 2, 1, bias=False), nn.Tanh())


def discriminator(channels, ndf):
    layers = [nn.Conv2d(channels, ndf, 4, 2, 1, bias=False), nn.LeakyReLU(0.2, True)]
    for width in (ndf, 2 * ndf, 4 * ndf):
        layers += [
            nn.Conv2d(width, 2 * width, 4, 2, 1, bias=False),
            nn.BatchNorm2d(2 * width),
            nn.LeakyReLU(0.2, True),
        ]
    return nn.Sequential(*layers, nn.Conv2d(8 * ndf, 1, 4, 1, 0, bias=False))


def step(options):
    """Returns a function that takes one training step."""
    g, d = generator(100, 3, options.ngf), discriminator(3, options.ngf)
    layout = torch.channels_last if options.layout == "channels_last" else torch.contiguous_format
    g.to(memory_format=layout)
    d.to(memory_format=layout)
    adam_g, adam_d = (
        torch.optim.Adam(net.parameters(), lr=2e-4, betas=(0.5, 0.999), foreach=True) for net in (g, d)
    )
    run_g, run_d = (torch.compile(g), torch.compile(d)) if options.compile else (g, d)
    real = (torch.rand(options.batch, 3, 64, 64) * 2 - 1).contiguous(memory_format=layout)
    ones, zeros = torch.ones(options.batch, 1, 1, 1), torch.zeros(options.batch, 1, 1, 1)

    def cast():
        return torch.autocast("cpu", dtype=torch.bfloat16, enabled=options.bf16)

    def train_step():
        d.requires_grad_(False)
        with cast():
            fake = run_g(torch.randn(options.batch, 100, 1, 1))
            loss_g = F.binary_cross_entropy_with_logits(run_d(fake), ones)
        adam_g.zero_grad()
        loss_g.backward()
        adam_g.step()
        d.requires_grad_(True)
        with cast():
            loss_real = F.binary_cross_entropy_with_logits(run_d(real), ones)
            loss_fake = F.binary_cross_entropy_with_logits(run_d(fake.detach()), zeros)
        adam_d.zero_grad()
        (loss_real + loss_fake).backward()
        adam_d.step()
        return loss_g.item(), loss_real.item(), loss_fake.item()

    return train_step


def batch(options):
    """Returns a function that generates one batch of images."""
    g = generator(100, 3, options.ngf).eval()
    g.to(memory_format=torch.channels_last if options.layout == "channels_last" else torch.contiguous_format)
    run = torch.compile(g) if options.compile else g

    def generate():
        with torch.inference_mode():
            return run(torch.randn(options.batch, 100, 1, 1))

    return generate


def images(options):
    from pathlib import Path

    from PIL import Image
    from safetensors.torch import load_file

    g = generator(100, 3, options.ngf).eval()
    g.load_state_dict({name.removeprefix("main."): t for name, t in load_file(options.weights).items()})
    with torch.inference_mode():
        samples = g(torch.randn(64, 100, 1, 1))
    pixels = ((samples + 1) * 127.5).round().clamp(0, 255).byte().permute(0, 2, 3, 1).numpy()
    folder = Path(options.out)
    folder.mkdir(parents=True, exist_ok=True)
    for i, image in enumerate(pixels):
        Image.fromarray(image).save(folder / f"seed{i:04}.png")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["step", "generator", "images"])
    parser.add_argument("--layout", default="channels_last")
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--bf16", action="store_true")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--ngf", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--weights")
    parser.add_argument("--out")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    if options.what == "images":
        return images(options)
    call = step(options) if options.what == "step" else batch(options)
    for _ in range(4):
        call()
    times = []
    for _ in range(options.rounds):
        start = time.perf_counter()
        call()
        times.append(1e3 * (time.perf_counter() - start))
    rss = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"ms": statistics.median(times), "rss": rss, "torch": torch.__version__}))


if __name__ == "__main__":
    main()
