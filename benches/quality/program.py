"""Runs programs, above all dcgan: trains to a step, generates, prepares a dataset."""

import json
import shutil
import signal
import struct
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

# The cache of prepared images, as crates/data/src/image_cache.rs documents it.
CACHE_MAGIC, CACHE_FORMAT, CACHE_HEADER = b"DCGANPIX", 2, 72


class Failed(Exception):
    """A program ended with an error."""

    def __init__(self, command: list[str], code: int, message: str):
        self.code = code
        super().__init__(f"`{' '.join(command)}` ended with code {code}: {message}")


def stop_on_signals() -> None:
    """Makes Ctrl-C and a plain kill an interrupt, even in a job of a shell that ignores Ctrl-C."""

    def stop(*_) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)


def run(command: list[str]) -> str:
    """Runs a program to its end. An interrupt reaches it once, and is raised when it has saved its work."""
    # In a session of its own, so that Ctrl-C on the terminal does not reach it a second time.
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    try:
        output, _ = process.communicate()
    except BaseException:
        process.send_signal(signal.SIGINT)
        process.communicate()
        raise
    if process.returncode:
        raise Failed(command, process.returncode, output.strip().splitlines()[-1] if output.strip() else "")
    return output


class Program:
    def __init__(self, binary: Path, threads: int):
        self.binary, self.threads = binary.resolve(), threads

    def run(self, *arguments: str) -> str:
        return run([str(self.binary), *arguments, "--threads", str(self.threads)])

    def version(self) -> str:
        return subprocess.run([self.binary, "--version"], check=True, capture_output=True, text=True).stdout.strip()

    def train_to(self, step: int, folder: Path, data: Path, flags: list[str]) -> None:
        """Trains until `step`: from the newest checkpoint in `folder`, or as a new run if it has none."""
        if any((folder / "checkpoints").glob("*.ckpt")):
            self.run("train", "--resume", str(folder), "--steps", str(step))
            return
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        output = ["--out", str(folder), "--keep", "last=1"]
        self.run("train", "--data", str(data), "--steps", str(step), *output, *flags)

    def generate(self, model: Path, images: int) -> np.ndarray:
        """Images of the seeds 0 to `images` - 1, as bytes (n, h, w, c)."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "x.npy"
            self.run("generate", str(model), "--seeds", f"0-{images - 1}", "--out", str(path))
            return to_bytes(np.load(path))

    def step_times(self, data: Path, flags: list[str], steps: int, warm_up: int) -> list[float]:
        """Milliseconds of each of `steps` steps of a new run, after `warm_up` others."""
        with tempfile.TemporaryDirectory() as folder:
            run, total = Path(folder) / "run", str(steps + warm_up)
            self.run("train", "--data", str(data), "--steps", total, "--log-every", "1", "--out", str(run), *flags)
            lines = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
        return [line["ms_per_step"] for line in lines[warm_up:]]

    def prepare(self, path: str | None, image_size: int, channels: int) -> np.ndarray:
        """The images of a dataset as the networks see them, as bytes (n, h, w, c).

        A run without memory for images writes them to a file, from which they are read.
        """
        with tempfile.TemporaryDirectory() as folder:
            run = Path(folder) / "run"
            command = [str(self.binary), "train", "--memory-limit", "1B", "--out", str(run), "--steps", "1000000000"]
            command += ["--image-size", str(image_size), "--channels", str(channels), "--ngf", "1", "--ndf", "1"]
            command += ["--data", path] if path else []
            log = Path(folder) / "output"
            with log.open("w") as output:
                process = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)
            try:
                while (images := read_cache(run / "pictures.cache")) is None:
                    if process.poll() is not None:
                        raise Failed(command, process.returncode, log.read_text().strip().splitlines()[-1])
                    time.sleep(0.2)
                return images
            finally:
                if process.poll() is None:
                    process.send_signal(signal.SIGINT)
                process.wait()


def read_cache(path: Path) -> np.ndarray | None:
    """The images of a complete cache. Its header is written last."""
    if not path.exists() or path.stat().st_size < CACHE_HEADER:
        return None
    with path.open("rb") as file:
        magic, version, side, channels, count = struct.unpack("<8sIIIQ", file.read(28))
        if magic != CACHE_MAGIC:
            return None
        if version != CACHE_FORMAT:
            raise RuntimeError(f"{path} has format {version}; this script reads format {CACHE_FORMAT}")
        file.seek(CACHE_HEADER)
        pixels = np.fromfile(file, np.uint8, count * side * side * channels)
    return pixels.reshape(count, side, side, channels)


def to_bytes(images: np.ndarray) -> np.ndarray:
    """From floats (n, c, h, w) in [-1, 1] to bytes (n, h, w, c)."""
    return np.ascontiguousarray(((images + 1) * 127.5).round().clip(0, 255).astype(np.uint8).transpose(0, 2, 3, 1))
