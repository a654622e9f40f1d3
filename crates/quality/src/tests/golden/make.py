"""Writes reals.npy, generated.npy and figures.txt: features, and their figures by the formulas of the reference programs.

    pip install numpy scipy
    python make.py

Fréchet distance and kernel distance are those of torch-fidelity 0.4.0 (metric_fid.py, metric_kid.py), precision, recall,
density and coverage those of prdc 0.2. With the option --check, which needs both packages, their own functions are
called too. MS-SSIM is written from the paper with scipy's convolution.

Everything is computed in double precision from inputs that are exact in single precision. The tests allow a relative
error of 1e-9: sums in another order, and another algorithm for the square root of a matrix.
"""

import sys
from pathlib import Path

import numpy as np
from scipy.linalg import sqrtm
from scipy.signal import convolve2d
from scipy.spatial.distance import cdist

HERE = Path(__file__).parent
figures = {}

# Features: correlated, of different scales, and the generated ones shifted and narrower.
random = np.random.default_rng(0)
N, M, DIM = 44, 37, 9
mixing = random.normal(size=(DIM, DIM)) * np.linspace(3, 0.2, DIM)
reals = (random.normal(size=(N, DIM)) @ mixing + 1).astype(np.float32)
generated = (0.8 * random.normal(size=(M, DIM)) @ mixing + 1.5).astype(np.float32)
np.save(HERE / "reals.npy", reals)
np.save(HERE / "generated.npy", generated)
reals, generated = reals.astype(np.float64), generated.astype(np.float64)


def frechet(a, b):
    mu1, mu2 = a.mean(axis=0), b.mean(axis=0)
    sigma1, sigma2 = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    diff = mu1 - mu2
    return diff @ diff + np.trace(sigma1) + np.trace(sigma2) - 2 * np.trace(sqrtm(sigma1 @ sigma2).real)


figures["frechet"] = frechet(reals, generated)
_, axes = np.linalg.eigh(np.cov(reals, rowvar=False))
first = axes[:, ::-1][:, :4]
figures["frechet_along_4"] = frechet(reals @ first, generated @ first)


# The subsets of the kernel distance, as the test makes them too.
def subset(n, start, step, size=20):
    return [(start + i * step) % n for i in range(size)]


SUBSETS = [(subset(N, 1, 3), subset(M, 2, 5)), (subset(N, 4, 7), subset(M, 0, 1)), (subset(N, 0, 9), subset(M, 9, 2))]


def kernel_mmd(x, y):
    def k(x, y):
        return (x @ y.T / x.shape[1] + 1) ** 3

    m = len(x)
    off_diagonal = sum(k(z, z).sum() - np.trace(k(z, z)) for z in (x, y))
    return off_diagonal / (m * (m - 1)) - 2 * k(x, y).sum() / (m * m)


def mmds(mmd):
    return np.array([mmd(reals[i], generated[j]) for i, j in SUBSETS])


figures["kernel_mean"], figures["kernel_std"] = mmds(kernel_mmd).mean(), mmds(kernel_mmd).std()


def prdc(reals, generated, k):
    def radii(x):
        return np.sort(cdist(x, x), axis=1)[:, k]

    own, others, between = radii(reals), radii(generated), cdist(reals, generated)
    return dict(
        precision=(between < own[:, None]).any(axis=0).mean(),
        recall=(between < others[None, :]).any(axis=1).mean(),
        density=(between < own[:, None]).sum(axis=0).mean() / k,
        coverage=(between.min(axis=1) < own).mean(),
    )


for k in (1, 3, 5):
    for name, value in prdc(reals, generated, k).items():
        figures[f"{name}_{k}"] = value


# Images by a formula, which the test has too.
def image(side, seed):
    y, x, c = np.meshgrid(np.arange(side), np.arange(side), np.arange(3), indexing="ij")
    return (((seed + c) * y * y // 7 + 3 * x * y // 5 + (5 + seed) * x) % 256).astype(np.float64)


def ssim(a, b):
    at = np.arange(11) - 5
    taps = np.exp(-at**2 / (2 * 1.5**2))
    window = np.outer(taps, taps) / taps.sum() ** 2

    def blur(x):
        return convolve2d(x, window, mode="valid")

    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    ma, mb = blur(a), blur(b)
    va, vb, vab = blur(a * a) - ma**2, blur(b * b) - mb**2, blur(a * b) - ma * mb
    structure = (2 * vab + c2) / (va + vb + c2)
    return (structure * (2 * ma * mb + c1) / (ma**2 + mb**2 + c1)).mean(), structure.mean()


def ms_ssim(a, b):
    weights = np.array([0.0448, 0.2856, 0.3001, 0.2363, 0.1333])
    scales = min(5, int(np.log2(len(a) / 11)) + 1)
    weights = weights[:scales] / weights[:scales].sum()
    product = 1
    for scale in range(scales):
        whole, structure = ssim(a, b)
        product *= max(0, whole if scale + 1 == scales else structure) ** weights[scale]
        a, b = [x.reshape(len(x) // 2, 2, len(x) // 2, 2).mean(axis=(1, 3)) for x in (a, b)]
    return product


for side in (16, 32, 64, 256):
    a, other = image(side, 1), image(side, 4)
    b = np.floor((3 * a + other) / 4)
    figures[f"ms_ssim_{side}"] = np.mean([ms_ssim(a[..., c], b[..., c]) for c in range(3)])

lines = [f"{name} {float(value)!r}\n" for name, value in figures.items()]
(HERE / "figures.txt").write_text("".join(lines))

if "--check" in sys.argv:
    import prdc as package

    from torch_fidelity.metric_fid import fid_statistics_to_metric
    from torch_fidelity.metric_kid import kernel_mmd as of_fidelity

    options = dict(kid_kernel="poly", kid_kernel_poly_degree=3, kid_kernel_poly_gamma=None, kid_kernel_poly_coef0=1.0)
    theirs = mmds(lambda x, y: of_fidelity(x, y, **options))
    statistics = [dict(mu=x.mean(axis=0), sigma=np.cov(x, rowvar=False)) for x in (reals, generated)]
    fid = fid_statistics_to_metric(*statistics, False)["frechet_inception_distance"]
    assert np.isclose(fid, figures["frechet"], rtol=1e-9)
    assert np.allclose([theirs.mean(), theirs.std()], [figures["kernel_mean"], figures["kernel_std"]], rtol=1e-9)
    for k in (1, 3, 5):
        for name, value in package.compute_prdc(reals, generated, k).items():
            assert np.isclose(value, figures[f"{name}_{k}"], rtol=1e-12)
    print("the packages agree")
