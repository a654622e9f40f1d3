"""Measures the training step on a graphics card, kernel by kernel, beside PyTorch on the same card.

    bench_gpu.py BENCH [--device gpu] [--batch 64] [--ngf 32] [--steps 200]

BENCH is the example `bench_gpu` of the crate dcgan-gpu; `just bench-gpu` builds it. The output is Markdown, as used in
docs/performance.md. PyTorch is left out, with the reason, where it is missing or finds no card.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path


def json_of(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(done.returncode)
    return json.loads(done.stdout.strip().splitlines()[-1])


def kernels(times):
    """A table of the kernels, those of the same name and sizes together."""
    rows = {}
    for kernel in times:
        row = rows.setdefault((kernel["name"], kernel["sizes"]), [0, 0.0, 0])
        row[0] += 1
        row[1] += kernel["nanoseconds"]
        row[2] += kernel["flops"]
    print("| kernel | sizes | dispatches | µs in all | GFLOP/s |\n|---|---|---|---|---|")
    for (name, sizes), (count, nanoseconds, flops) in sorted(rows.items(), key=lambda row: -row[1][1]):
        speed = f"{flops / nanoseconds:.0f}" if flops and nanoseconds else ""
        print(f"| {name} | {sizes} | {count} | {nanoseconds / 1e3:.1f} | {speed} |")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bench")
    parser.add_argument("--device", default="gpu")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--ngf", type=int, default=32)
    parser.add_argument("--steps", type=int, default=200)
    options = parser.parse_args()
    sizes = [str(options.batch), str(options.ngf), str(options.steps)]
    ours = json_of([options.bench, options.device, *sizes])
    print(f"## {ours['adapter']}, {ours['interface']}, driver {ours['driver']}\n")
    print(f"Arrays of up to {ours['max_array'] / 1e6:.0f} MB; batch {options.batch}, ngf = ndf = {options.ngf}.")
    print(f"A dispatch that depends on the one before: {ours['dispatch_microseconds']:.2f} µs.\n")
    flags = ["--batch", sizes[0], "--ngf", sizes[1], "--steps", sizes[2]]
    torch = json_of([sys.executable, str(Path(__file__).with_name("torch_gpu.py")), *flags])
    rows = {"dcgan": ours["ms_per_step"], **torch.get("ms", {})}
    print("| training step | ms | images/s |\n|---|---|---|")
    for name, ms in rows.items():
        if isinstance(ms, str):
            print(f"| {name} | {ms} | |")
        else:
            print(f"| {name} | {ms:.3f} | {1e3 * options.batch / ms:.0f} |")
    about = f"PyTorch: {torch['missing']}" if "missing" in torch else f"PyTorch {torch['torch']} on {torch['card']}"
    print(f"\n{about}.\n")
    if ours["kernels"] is None:
        print("This device does not time single kernels.")
    else:
        kernels(ours["kernels"])


main()
