"""Train a DCGAN on a folder of images, on an ordinary CPU, and generate images with it.

>>> import dcgan
>>> run = dcgan.train("flowers", out="runs/flowers", steps=2000)
>>> images = dcgan.Generator.load(run).generate(range(64))  # uint8, (64, 64, 64, 3)

The command `dcgan` comes with this package, and `python -m dcgan` is the same.
"""

from ._dcgan import DivergedError, Generator, Step, __version__, resume, slerp, train

__all__ = ["DivergedError", "Generator", "Step", "__version__", "resume", "slerp", "train"]
