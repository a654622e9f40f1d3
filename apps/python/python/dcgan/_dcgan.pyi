import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Literal, SupportsIndex, TypedDict, final, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray
from typing_extensions import Unpack

__all__ = ["DivergedError", "Generator", "Step", "__version__", "main", "resume", "slerp", "train"]

__version__: str

class DivergedError(ArithmeticError):
    """Training diverged."""

@final
class Generator:
    """A trained generator: seeds or latents in, images out.

    An image depends on its own seed only, and is that of `dcgan generate --seeds`, bit for bit.
    """

    @staticmethod
    def load(path: str | os.PathLike[str], *, threads: int | None = None) -> Generator:
        """The generator of a run folder, a checkpoint, or weights from PyTorch (.safetensors or .pth)."""

    @property
    def nz(self) -> int:
        """The length of a latent."""

    @property
    def image_size(self) -> int:
        """The width and height of the images, in pixels."""

    @property
    def channels(self) -> int:
        """The channels of the images: 1 (grey), 3 (RGB) or 4 (RGBA)."""

    @property
    def fingerprint(self) -> str:
        """What identifies the model: twelve hexadecimal digits, as in the metadata of its images."""

    @overload
    def generate(self, seeds: SupportsIndex | Iterable[SupportsIndex], *, dtype: _Bytes = "uint8") -> NDArray[np.uint8]:
        """The images of these seeds as an array (n, h, w, c); n stands for the seeds from 0 to n - 1."""

    @overload
    def generate(self, seeds: SupportsIndex | Iterable[SupportsIndex], *, dtype: _Floats) -> NDArray[np.float32]: ...
    @overload
    def generate_from(self, latents: ArrayLike, *, dtype: _Bytes = "uint8") -> NDArray[np.uint8]:
        """The images of latents, an array (n, nz), as those of `generate`."""

    @overload
    def generate_from(self, latents: ArrayLike, *, dtype: _Floats) -> NDArray[np.float32]: ...
    def latents(self, seeds: SupportsIndex | Iterable[SupportsIndex]) -> NDArray[np.float32]:
        """The latents of these seeds, an array (n, nz)."""

@final
class Step:
    """What a training step gave: the argument of a callback."""

    @property
    def step(self) -> int:
        """Steps taken."""

    @property
    def total(self) -> int:
        """Steps after which the run ends."""

    @property
    def epoch(self) -> float:
        """Epochs taken, with a fraction."""

    @property
    def loss_g(self) -> float:
        """The generator's loss."""

    @property
    def loss_d(self) -> float:
        """The discriminator's loss: `loss_d_real + loss_d_fake`."""

    @property
    def loss_d_real(self) -> float:
        """The discriminator's loss on real images."""

    @property
    def loss_d_fake(self) -> float:
        """The discriminator's loss on generated images."""

    @property
    def d_x(self) -> float:
        """Mean D(x)."""

    @property
    def d_g_z(self) -> float:
        """Mean D(G(z))."""

    @property
    def ms_per_step(self) -> float:
        """Milliseconds per step, averaged since the last line of the log."""

class _Settings(TypedDict, total=False):
    """The settings of a run, as in config.toml; `dcgan train --help` describes them."""

    recipe: Literal["article", "default", "small", "long"] | None
    epochs: int | None
    steps: int | None
    batch_size: int | None
    seed: int | None
    image_size: Literal[16, 32, 64, 128, 256] | None
    channels: Literal[1, 3, 4] | None
    nz: int | None
    ngf: int | None
    ndf: int | None
    upsample: Literal["nearest", "transposed"] | None
    lr: float | None
    beta1: float | None
    lr_g: float | None
    lr_d: float | None
    beta2: float | None
    lr_half_life: int | None
    d_steps: int | None
    ema: float | None
    objective: Literal["bce", "least-squares", "hinge", "relativistic", "wasserstein"] | None
    label_smoothing: float | None
    r1: float | None
    r2: float | None
    penalty_every: int | None
    lecam: float | None
    d_norm: Literal["batch", "none", "spectral"] | None
    flip: bool | None
    augment: str | None
    sample_every: int | None
    sample_scale: int | None
    checkpoint_every: int | None
    keep: str | None
    log_every: int | None
    evaluate_every: int | None
    watch: Literal["on", "off"] | None
    on_divergence: Literal["stop", "rollback"] | None
    device: str | None
    conv: str | None
    simd: str | None

def train(
    data: str | os.PathLike[str] | None = None,
    *,
    out: str | os.PathLike[str] | None = None,
    callback: Callable[[Step], object] | None = None,
    threads: int | None = None,
    memory_limit: int | str | None = None,
    **settings: Unpack[_Settings],
) -> Path:
    """Train a DCGAN on `data`, by default the built-in cats, and return the folder of the run.

    `settings` are those of `dcgan train`, under their names in config.toml. `callback` is called after each step; if
    it returns False, the run is saved and ends.
    """

def resume(
    run: str | os.PathLike[str],
    *,
    data: str | os.PathLike[str] | None = None,
    callback: Callable[[Step], object] | None = None,
    allow_data_change: bool = False,
    threads: int | None = None,
    memory_limit: int | str | None = None,
    **settings: Unpack[_Settings],
) -> Path:
    """Continue the run in a folder from its newest checkpoint, as `dcgan train --resume`."""

def slerp(a: ArrayLike, b: ArrayLike, t: float) -> NDArray[np.float32]:
    """The latent at `t` in [0, 1] on the arc from `a` to `b`, as `dcgan interpolate` walks it."""

def main(arguments: Sequence[str]) -> int:
    """Run the command `dcgan` with these arguments, the program's name first, and return its exit code."""

_Bytes = Literal["uint8"] | type[np.uint8] | np.dtype[np.uint8] | None
_Floats = Literal["float32"] | type[np.float32] | np.dtype[np.float32]
