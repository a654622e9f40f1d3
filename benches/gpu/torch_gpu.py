"""The training step in PyTorch on a CUDA card: eagerly, compiled, and as a CUDA graph, with TF32 on and off.

    torch_gpu.py [--batch 64] [--ngf 32] [--steps 200]

Prints one line of JSON with the card and the milliseconds of each way, or with the reason why there are none. The
networks are those of ../peers/torch_peer.py. A step ends with the losses on the host, as dcgan's does.
"""

import argparse
import json
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "peers"))


class Step:
    """Networks, optimisers and static tensors, and one training step over them."""

    def __init__(self, torch, peer, options, is_compiled):
        self.torch = torch
        self.f = torch.nn.functional
        self.g, self.d = peer.generator(100, 3, options.ngf), peer.discriminator(3, options.ngf)
        for net in (self.g, self.d):
            net.to("cuda", memory_format=torch.channels_last)
        # `capturable` keeps the step count on the card, which a graph needs.
        self.adams = [
            torch.optim.Adam(net.parameters(), lr=2e-4, betas=(0.5, 0.999), capturable=True)
            for net in (self.g, self.d)
        ]
        self.run_g, self.run_d = (torch.compile(self.g), torch.compile(self.d)) if is_compiled else (self.g, self.d)
        n = options.batch
        self.real = (torch.rand(n, 3, 64, 64, device="cuda") * 2 - 1).contiguous(memory_format=torch.channels_last)
        self.z = torch.randn(n, 100, 1, 1, device="cuda")
        self.ones, self.zeros = (torch.full((n, 1, 1, 1), v, device="cuda") for v in (1.0, 0.0))

    def losses(self):
        """Takes a step on the static tensors; the three losses stay on the card."""
        bce = self.f.binary_cross_entropy_with_logits
        adam_g, adam_d = self.adams
        self.d.requires_grad_(False)
        fake = self.run_g(self.z)
        loss_g = bce(self.run_d(fake), self.ones)
        adam_g.zero_grad(set_to_none=True)
        loss_g.backward()
        adam_g.step()
        self.d.requires_grad_(True)
        loss_real = bce(self.run_d(self.real), self.ones)
        loss_fake = bce(self.run_d(fake.detach()), self.zeros)
        adam_d.zero_grad(set_to_none=True)
        (loss_real + loss_fake).backward()
        adam_d.step()
        return self.torch.stack([loss_g.detach(), loss_real.detach(), loss_fake.detach()])

    def step(self):
        self.z.normal_()
        return self.losses().tolist()

    def graphed(self):
        """A step that replays the kernels of one."""
        torch = self.torch
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(5):
                self.losses()
        torch.cuda.current_stream().wait_stream(side)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            losses = self.losses()

        def step():
            self.z.normal_()
            graph.replay()
            return losses.tolist()

        return step


def median_ms(step, steps):
    for _ in range(10):
        step()
    times = []
    for _ in range(steps):
        start = time.perf_counter()
        step()
        times.append(1e3 * (time.perf_counter() - start))
    return statistics.median(times)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--ngf", type=int, default=32)
    parser.add_argument("--steps", type=int, default=200)
    options = parser.parse_args()
    try:
        import torch
        import torch_peer as peer
    except ImportError as error:
        print(json.dumps({"missing": str(error)}))
        return
    if not torch.cuda.is_available():
        print(json.dumps({"missing": "PyTorch finds no CUDA card"}))
        return
    torch.backends.cudnn.benchmark = True
    ms = {}
    for tf32 in (False, True):
        torch.backends.cudnn.allow_tf32 = tf32
        torch.backends.cuda.matmul.allow_tf32 = tf32
        suffix = ", TF32" if tf32 else ""
        ways = {
            "eager": lambda: Step(torch, peer, options, False).step,
            "compiled": lambda: Step(torch, peer, options, True).step,
            "CUDA graph": lambda: Step(torch, peer, options, False).graphed(),
            "compiled, CUDA graph": lambda: Step(torch, peer, options, True).graphed(),
        }
        for name, make in ways.items():
            try:
                ms[f"torch, {name}{suffix}"] = median_ms(make(), options.steps)
            except Exception as error:  # One way may lack a compiler; the others still count.
                ms[f"torch, {name}{suffix}"] = f"failed: {' '.join(str(error).split())[:200]}"
    print(json.dumps({"card": torch.cuda.get_device_name(), "torch": torch.__version__, "ms": ms}))


main()
