"""What the tests share: tiny images, a tiny run, and the installed command."""

import signal
import subprocess
import sys
import tempfile
import unittest
import warnings
from pathlib import Path

import dcgan
import numpy as np

COMMAND = Path(sys.executable).parent / "dcgan"

# Networks that take a millisecond a step.
TINY = {"recipe": "default", "image_size": 16, "ngf": 8, "ndf": 8, "nz": 10, "batch_size": 8, "log_every": 1}


# A shell starts its background jobs with Ctrl-C ignored, and the tests might be in one.
signal.signal(signal.SIGINT, signal.default_int_handler)


def flags(settings: dict) -> list[str]:
    """The same settings for the command."""
    return [part for name, value in settings.items() for part in (f"--{name.replace('_', '-')}", str(value))]


def command(*arguments: object) -> subprocess.CompletedProcess:
    """Runs the command to its end."""
    return subprocess.run([str(COMMAND), *map(str, arguments)], capture_output=True, text=True, timeout=300)


def train(*arguments, **settings) -> Path:
    """A run of a tiny network, without the warning that there are few images."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return dcgan.train(*arguments, **{**TINY, **settings})


class TinyCase(unittest.TestCase):
    """A folder with images, and with a run on them."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.data = cls.folder / "data.npy"
        pixels = np.random.default_rng(1).integers(0, 256, (40, 16, 16, 3), dtype=np.uint8)
        np.save(cls.data, pixels)
        cls.run_folder = train(cls.data, out=cls.folder / "run", steps=6)
