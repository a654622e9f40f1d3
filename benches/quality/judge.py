"""The figures by which generated images are judged, in numpy.

| figure | what | best |
|---|---|---|
| fd64 | Fréchet distance of the features in the first 64 principal directions of the reals' | floor |
| density | how many real neighbourhoods a generated image lies in, relative to k (Naeem et al. 2020) | about 1 |
| coverage | fraction of real neighbourhoods in which a generated image lies | 1 |
| colour | difference of the mean of each colour channel, in grey levels, averaged over channels | 0 |
| contrast | standard deviation of all pixels, generated ÷ real | 1 |
| mesh_2, … | power of the pattern that repeats every 2, 4, 8, 16 pixels, generated ÷ real; mesh is the largest | 1 |
| grain_2, grain_4 | percent by which fine detail differs between positions in it; grain is the larger | floor |

A neighbourhood is the ball around a real image that reaches to its fifth nearest real image, in those 64 directions.

Mesh. The spectrum of a picture that repeats every p pixels has power only at multiples of the frequency side / p in
both directions. Those that are not multiples of 2 side / p belong to p and to no smaller period. The grey images are
multiplied by a Hann window and transformed; the power is averaged over images. At each such frequency it is divided by
the mean over the square ring two frequencies away, which the window does not reach. The geometric mean over the
frequencies is the peak of p; the figure is the peak of the generated images ÷ that of the reals, so 1 is no mesh.

Grain. The squared residual after subtracting the mean of the 3 × 3 neighbours, averaged over images and over pixels at
the same position modulo p; the standard deviation over positions ÷ the mean, in percent. It sees a pattern whose sign
changes from image to image but whose strength does not. With longer periods it would see the composition of the images.
"""

from dataclasses import dataclass

import numpy as np

DIRECTIONS, NEIGHBOURS = 64, 5
PERIODS, FINE = (2, 4, 8, 16), (2, 4)


@dataclass
class Reference:
    """Real images, and what is compared with others."""

    images: np.ndarray
    mean: np.ndarray
    basis: np.ndarray
    points: np.ndarray
    radii: np.ndarray

    @classmethod
    def of(cls, images: np.ndarray, features: np.ndarray) -> "Reference":
        mean = features.mean(0, dtype=np.float64)
        _, vectors = np.linalg.eigh(np.cov(features, rowvar=False, dtype=np.float64))
        basis = vectors[:, ::-1][:, : min(DIRECTIONS, len(features) - 1)]
        points = (features - mean) @ basis
        distances = np.sqrt(squared_distances(points, points))
        # The nearest is the image itself.
        nearest = min(NEIGHBOURS, len(points) - 1)
        radii = np.partition(distances, nearest, axis=1)[:, nearest]
        return cls(images, mean, basis, points, radii)

    def judge(self, images: np.ndarray, features: np.ndarray) -> dict[str, float]:
        """All figures of these images against the reference."""
        points = (features - self.mean) @ self.basis
        inside = np.sqrt(squared_distances(self.points, points[: len(self.points)])) <= self.radii[:, None]
        found = {
            "fd64": frechet(self.points, points),
            "density": inside.sum(0).mean() / NEIGHBOURS,
            "coverage": inside.any(1).mean(),
            "colour": np.abs(images.mean((0, 1, 2)) - self.images.mean((0, 1, 2))).mean(),
            "contrast": images.std() / self.images.std(),
        }
        ours, theirs = peaks(images), peaks(self.images)
        found |= {f"mesh_{period}": ours[period] / theirs[period] for period in ours}
        found["mesh"] = max(found[f"mesh_{period}"] for period in ours)
        found |= {f"grain_{period}": grain(images, period) for period in FINE}
        found["grain"] = max(found[f"grain_{period}"] for period in FINE)
        return {name: float(value) for name, value in found.items()}


def squared_distances(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.maximum((a**2).sum(1)[:, None] + (b**2).sum(1)[None] - 2 * a @ b.T, 0)


def frechet(a: np.ndarray, b: np.ndarray) -> float:
    """The Fréchet distance between the normal distributions of two sets of points."""
    cov_a, cov_b = np.atleast_2d(np.cov(a, rowvar=False)), np.atleast_2d(np.cov(b, rowvar=False))
    values, vectors = np.linalg.eigh(cov_a)
    root = vectors * np.sqrt(values.clip(0)) @ vectors.T
    cross = np.sqrt(np.linalg.eigvalsh(root @ cov_b @ root).clip(0)).sum()
    return float(((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(cov_a) + np.trace(cov_b) - 2 * cross)


def grey(images: np.ndarray) -> np.ndarray:
    return images[..., :3].mean(3, dtype=np.float32)


def peaks(images: np.ndarray) -> dict[int, float]:
    """By period: how far the power at its frequencies stands out."""
    side = images.shape[1]
    window = np.hanning(side + 1)[:side].astype(np.float32)
    window = window[:, None] * window
    power = np.zeros((side, side))
    for block in np.array_split(grey(images), max(1, len(images) // 256)):
        centred = block - block.mean((1, 2), keepdims=True)
        power += (np.abs(np.fft.fft2(centred * window)) ** 2).sum(0)
    power += 1e-9 * power.max()
    ring = [(y, x) for y in range(-2, 3) for x in range(-2, 3) if max(abs(y), abs(x)) == 2]
    around = np.mean([np.roll(power, shift, (0, 1)) for shift in ring], axis=0)
    excess = np.log(power / around)
    found = {}
    for period in PERIODS:
        spacing = side // period
        # Closer frequencies would lie in each other's ring.
        if spacing < 4:
            break
        own = np.zeros((side, side), bool)
        own[::spacing, ::spacing] = True
        own[:: 2 * spacing, :: 2 * spacing] = False
        own[0, 0] = False
        found[period] = float(np.exp(excess[own].mean()))
    return found


def grain(images: np.ndarray, period: int) -> float:
    x = grey(images)
    side = x.shape[1]
    blurred = sum(x[:, y : side - 2 + y, z : side - 2 + z] for y in range(3) for z in range(3)) / 9
    energy = ((x[:, 1:-1, 1:-1] - blurred) ** 2).mean(0, dtype=np.float64)
    # Whole periods only, without the borders, which differ for reasons of their own.
    whole = energy[period - 1 : side - period - 1, period - 1 : side - period - 1]
    cells = whole.reshape(-1, period, whole.shape[1] // period, period)
    folded = cells.mean((0, 2))
    return float(100 * folded.std() / max(folded.mean(), 1e-12))
