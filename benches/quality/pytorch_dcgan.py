"""PyTorch's DCGAN example on the CPU: its networks, its initial weights, and its training step.

    pytorch_dcgan.py train DATA.npy STATE.pt --until STEP [--seed 1]
    pytorch_dcgan.py time DATA.npy [--steps 25]               milliseconds of each step, as JSON
    pytorch_dcgan.py generate STATE.pt OUT.npy --shown running|recomputed|average [--images 2500]

DATA.npy holds prepared images as bytes (n, h, w, c). STATE.pt is continued if it exists, with the same result as if it
had never been interrupted; Ctrl-C saves it. What differs from the example makes it faster: the images are in memory,
and tensors are channels_last.

The generator is shown in three ways: with batch norm's running statistics, as the example does; with statistics
recomputed for its weights; and as an average of its weights over steps, which this script keeps beside the example's
training, with statistics recomputed too.
"""

import argparse
import json
import os
import signal
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn

NZ, WIDTH, BATCH, DECAY = 100, 64, 64, 0.999
STATISTICS_BATCHES, SAVE_EVERY = 16, 250


def generator(image_size: int, channels: int) -> nn.Sequential:
    layers, before, width = [], NZ, WIDTH * image_size // 8
    for i in range(image_size.bit_length() - 3):
        stride, padding = (2, 1) if i else (1, 0)
        convolution = nn.ConvTranspose2d(before, width, 4, stride, padding, bias=False)
        layers += [convolution, nn.BatchNorm2d(width), nn.ReLU(True)]
        before, width = width, width // 2
    return nn.Sequential(*layers, nn.ConvTranspose2d(before, channels, 4, 2, 1, bias=False), nn.Tanh())


def discriminator(image_size: int, channels: int) -> nn.Sequential:
    layers = [nn.Conv2d(channels, WIDTH, 4, 2, 1, bias=False), nn.LeakyReLU(0.2, True)]
    width = WIDTH
    for _ in range(image_size.bit_length() - 4):
        layers += [nn.Conv2d(width, 2 * width, 4, 2, 1, bias=False), nn.BatchNorm2d(2 * width), nn.LeakyReLU(0.2, True)]
        width *= 2
    return nn.Sequential(*layers, nn.Conv2d(width, 1, 4, 1, 0, bias=False), nn.Sigmoid())


def initialise(module: nn.Module) -> None:
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(module.weight, 0.0, 0.02)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, 0.02)
        nn.init.zeros_(module.bias)


class Training:
    def __init__(self, data: np.ndarray, seed: int):
        self.data, self.seed, self.step, self.epoch = data, seed, 0, -1
        self.shape = data.shape[1], data.shape[3]
        torch.manual_seed(seed)
        self.g, self.d = (
            network(*self.shape).apply(initialise).to(memory_format=torch.channels_last)
            for network in (generator, discriminator)
        )
        self.average = [p.detach().clone() for p in self.g.parameters()]
        self.adam_g, self.adam_d = (
            torch.optim.Adam(network.parameters(), lr=2e-4, betas=(0.5, 0.999)) for network in (self.g, self.d)
        )
        self.loss = nn.BCELoss()

    def reals(self) -> torch.Tensor:
        """The next batch; like the example's, the last one of an epoch may be smaller."""
        batches = -(-len(self.data) // BATCH)
        epoch, index = divmod(self.step, batches)
        if epoch != self.epoch:
            self.epoch, self.order = epoch, np.random.default_rng((self.seed, epoch)).permutation(len(self.data))
        batch = torch.from_numpy(self.data[self.order[index * BATCH : (index + 1) * BATCH]])
        return batch.permute(0, 3, 1, 2).float().div_(127.5).sub_(1)

    def take_step(self) -> None:
        real = self.reals()
        ones, zeros = torch.ones(len(real)), torch.zeros(len(real))
        self.d.zero_grad()
        self.loss(self.d(real).view(-1), ones).backward()
        fake = self.g(torch.randn(len(real), NZ, 1, 1))
        self.loss(self.d(fake.detach()).view(-1), zeros).backward()
        self.adam_d.step()
        self.g.zero_grad()
        self.loss(self.d(fake).view(-1), ones).backward()
        self.adam_g.step()
        self.step += 1
        decay = min(DECAY, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for average, parameter in zip(self.average, self.g.parameters(), strict=True):
                average.lerp_(parameter, 1 - decay)

    def save(self, path: Path) -> None:
        parts = {name: getattr(self, name).state_dict() for name in ("g", "d", "adam_g", "adam_d")}
        state = parts | {"average": self.average, "step": self.step, "seed": self.seed, "shape": self.shape}
        partial = path.with_suffix(".partial")
        torch.save(state | {"random": torch.get_rng_state()}, partial)
        os.replace(partial, path)

    def load(self, path: Path) -> None:
        state = torch.load(path, weights_only=True)
        for name in ("g", "d", "adam_g", "adam_d"):
            getattr(self, name).load_state_dict(state[name])
        self.average, self.step, self.seed = state["average"], state["step"], state["seed"]
        torch.set_rng_state(state["random"])


def train(options: argparse.Namespace) -> None:
    training = Training(np.load(options.data, mmap_mode="r"), options.seed)
    if options.state.exists():
        training.load(options.state)
    stopped = []
    signal.signal(signal.SIGINT, lambda *_: stopped.append(True))
    while training.step < options.until and not stopped:
        training.take_step()
        if training.step % SAVE_EVERY == 0:
            training.save(options.state)
    training.save(options.state)
    raise SystemExit(130 if stopped else 0)


def step_times(options: argparse.Namespace) -> None:
    training, times = Training(np.load(options.data, mmap_mode="r"), options.seed), []
    for _ in range(options.steps + 5):
        start = time.perf_counter()
        training.take_step()
        times.append(1e3 * (time.perf_counter() - start))
    print(json.dumps(times[5:]))


def generate(options: argparse.Namespace) -> None:
    state = torch.load(options.state, weights_only=True)
    g = generator(*state["shape"])
    g.load_state_dict(state["g"])
    g.to(memory_format=torch.channels_last)
    torch.manual_seed(0)
    with torch.inference_mode():
        if options.shown == "average":
            for parameter, average in zip(g.parameters(), state["average"], strict=True):
                parameter.copy_(average)
        if options.shown != "running":
            recompute_statistics(g)
        latents = torch.randn(options.images, NZ, 1, 1).split(BATCH)
        np.save(options.out, torch.cat([g.eval()(z) for z in latents]).numpy())


def recompute_statistics(g: nn.Module) -> None:
    for module in g.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.reset_running_stats()
            # The average over all batches with the same weight.
            module.momentum = None
    g.train()
    for _ in range(STATISTICS_BATCHES):
        g(torch.randn(BATCH, NZ, 1, 1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=2)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("train")
    command.set_defaults(call=train)
    command.add_argument("data", type=Path)
    command.add_argument("state", type=Path)
    command.add_argument("--until", type=int, required=True)
    command.add_argument("--seed", type=int, default=1)
    command = commands.add_parser("time")
    command.set_defaults(call=step_times, seed=1)
    command.add_argument("data", type=Path)
    command.add_argument("--steps", type=int, default=25)
    command = commands.add_parser("generate")
    command.set_defaults(call=generate)
    command.add_argument("state", type=Path)
    command.add_argument("out", type=Path)
    command.add_argument("--shown", choices=("running", "recomputed", "average"), required=True)
    command.add_argument("--images", type=int, default=2500)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    options.call(options)


main()
