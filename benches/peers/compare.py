"""Compares dcgan with PyTorch on this machine and prints a table of medians and ratios.

    compare.py BINARY [--rounds 5] [--threads 2] [--batch 64]

Every round runs each program once, one after the other, so that drift of the machine affects both alike.
Needs torch, safetensors and pillow; `just bench-peers` installs them. The output is Markdown, as used in
docs/performance.md.
"""

import argparse
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PEER = Path(__file__).with_name("torch_peer.py")


def json_of(command):
    out = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return json.loads(out.stdout.strip().splitlines()[-1])


def seconds_of(command):
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return {"ms": 1e3 * (time.perf_counter() - start)}


class Programs:
    """The programs to run, by name; names that start with `torch` are PyTorch's."""

    def __init__(self, binary, options, folder):
        batch = ["--batch", str(options.batch)]
        self.binary, self.batch = binary, batch
        two, one = str(options.threads), "1"
        self.all = {
            "dcgan": self.ours("--threads", two, "--batch-size", str(options.batch)),
            "dcgan, 1 thread": self.ours("--threads", one, "--batch-size", str(options.batch)),
            "dcgan, im2col and matrixmultiply": self.ours(
                "--threads", two, "--batch-size", str(options.batch), "--conv", "im2col"
            ),
            "torch, channels_last": self.torch("step", two),
            "torch, default layout": self.torch("step", two, "--layout", "default"),
            "torch, channels_last, compile": self.torch("step", two, "--compile"),
            "torch, bf16 autocast": self.torch("step", two, "--bf16"),
            "torch, bf16 autocast, compile": self.torch("step", two, "--bf16", "--compile"),
            "torch, channels_last, 1 thread": self.torch("step", one),
            "dcgan, ngf = ndf = 64": self.ours(
                "--threads", two, "--batch-size", str(options.batch), "--ngf", "64", "--ndf", "64"
            ),
            "torch, channels_last, ngf = ndf = 64": self.torch("step", two, "--ngf", "64"),
            "torch, channels_last, compile, ngf = ndf = 64": self.torch("step", two, "--ngf", "64", "--compile"),
            "dcgan, generator": self.ours(
                "--threads", two, "--batch-size", str(options.batch), "--generator"
            ),
            "torch, generator, channels_last": self.torch("generator", two),
            "torch, generator, default layout": self.torch("generator", two, "--layout", "default"),
            "torch, generator, compile": self.torch("generator", two, "--compile"),
        }
        model, weights = folder / "run", folder / "g.safetensors"
        train = [binary, "train", "--steps", "2", "--batch-size", "16", "--out", str(model)]
        subprocess.run(train, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        export = [binary, "export", "--model", str(model), "--net", "generator", "--out", str(weights)]
        subprocess.run(export, check=True, stdout=subprocess.DEVNULL)
        generate = [binary, "generate", "--model", str(model), "--seeds", "0-63", "--out", str(folder / "ours")]
        self.all["dcgan generate, 64 files"] = lambda: seconds_of(generate + ["--threads", two])
        theirs = [sys.executable, str(PEER), "images", "--threads", two]
        theirs += ["--weights", str(weights), "--out", str(folder / "theirs")]
        self.all["torch, 64 files"] = lambda: seconds_of(theirs)

    def ours(self, *flags):
        def run():
            found = json_of([self.binary, "bench", "--json", "--steps", "30", *flags])
            return {
                "ms": found["ms_per_step"],
                "rss": found["peak_rss_bytes"],
                "gflop": found["gflop"],
                "peak": found["peak_gflops"],
            }

        return run

    def torch(self, what, threads, *flags):
        return lambda: json_of([sys.executable, str(PEER), what, "--threads", threads, *self.batch, *flags])


def processor():
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        fields = dict(line.split(":", 1) for line in lines if ":" in line)
        found = {key.strip(): value.strip() for key, value in fields.items()}
        which = f"{found['model name']}, family {found['cpu family']}, model {found['model']}"
        return which + (", AVX-512" if "avx512f" in found["flags"] else "")
    except (OSError, KeyError):
        return platform.processor()


def median(runs, key):
    return statistics.median(run[key] for run in runs if run.get(key) is not None)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=64)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        programs = Programs(os.path.abspath(options.binary), options, Path(folder)).all
        runs = {name: [] for name in programs}
        for i in range(options.rounds):
            for name, run in programs.items():
                print(f"round {i + 1} of {options.rounds}: {name} …", file=sys.stderr, flush=True)
                try:
                    runs[name].append(run())
                except subprocess.CalledProcessError as error:
                    print(f"  failed with code {error.returncode}; skipped", file=sys.stderr)
    report({name: found for name, found in runs.items() if found}, options)


def report(runs, options):
    ms = {name: median(found, "ms") for name, found in runs.items()}
    version = next(run["torch"] for found in runs.values() for run in found if "torch" in run)
    today = datetime.date.today().isoformat()
    print(f"{today}, {processor()}, {os.cpu_count()} cores; torch {version}, Python {platform.python_version()}.")
    print(f"Batch {options.batch}, {options.threads} threads unless stated otherwise; medians of {options.rounds} rounds.\n")
    print("| | ms | lowest to highest | peak memory |\n|---|---|---|---|")
    for name, found in runs.items():
        low, high = min(run["ms"] for run in found), max(run["ms"] for run in found)
        rss = f"{median(found, 'rss') / 1e6:.0f} MB" if found[0].get("rss") else ""
        print(f"| {name} | {ms[name]:.1f} | {low:.1f} to {high:.1f} | {rss} |")

    def best(*words, without=()):
        """The time of the fastest PyTorch program whose name contains all of these words."""
        names = [n for n in ms if n.startswith("torch") and all(w in n for w in words)]
        return min(ms[n] for n in names if not any(w in n for w in without))

    ours, others = runs["dcgan"], ("bf16", "ngf", "generator", "1 thread", "files")
    limit = 1e3 * median(ours, "gflop") / median(ours, "peak")
    theirs = best(without=others)
    memory = median(runs["torch, channels_last"], "rss") / median(ours, "rss")
    ratios = [
        ("training step: torch's best f32 ÷ ours", theirs / ms["dcgan"]),
        ("training step: torch's best bf16 ÷ ours", best("bf16") / ms["dcgan"]),
        ("training step: direct-convolution limit ÷ ours", limit / ms["dcgan"]),
        ("training step at ngf = ndf = 64: torch's best f32 ÷ ours", best("ngf") / ms["dcgan, ngf = ndf = 64"]),
        ("generator alone: torch's best ÷ ours", best("generator") / ms["dcgan, generator"]),
        ("peak memory of training: torch ÷ ours", memory),
        ("64 files from process start: torch ÷ ours", ms["torch, 64 files"] / ms["dcgan generate, 64 files"]),
        (f"1 thread ÷ {options.threads} threads, ours", ms["dcgan, 1 thread"] / ms["dcgan"]),
        (f"1 thread ÷ {options.threads} threads, torch", ms["torch, channels_last, 1 thread"] / ms["torch, channels_last"]),
    ]
    print("\n| | ratio |\n|---|---|")
    for name, ratio in ratios:
        print(f"| {name} | {ratio:.2f} |")
    gflop, peak = median(ours, "gflop"), median(ours, "peak")
    print(f"\nA step is {gflop:.1f} GFLOP as direct convolutions; pure multiply-adds reach {peak:.0f} GFLOP/s here:")
    print(f"the direct-convolution limit is {limit:.0f} ms.")


main()
