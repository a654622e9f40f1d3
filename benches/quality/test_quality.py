"""Tests of the figures and tables: target/quality/bin/python -m unittest discover -s benches/quality"""

import tempfile
import unittest
from pathlib import Path

import numpy as np

import curves
import report
from features import filter_matrix
from judge import Reference, grain, peaks
from recipes import RECIPES, STAGES, flags_of, work_of
from results import Results


def photographs(count: int, seed: int, side: int = 64) -> np.ndarray:
    """Smooth random images: their power falls with frequency, as that of photographs does."""
    noise = np.random.default_rng(seed).normal(size=(count, side, side, 3))
    fy, fx = np.meshgrid(np.fft.fftfreq(side), np.fft.fftfreq(side), indexing="ij")
    slope = 1 / np.maximum(np.hypot(fy, fx), 1 / side)
    smooth = np.fft.ifft2(np.fft.fft2(noise, axes=(1, 2)) * slope[:, :, None], axes=(1, 2)).real
    return (128 + 30 * smooth / smooth.std()).clip(0, 255).astype(np.uint8)


def features(count: int, seed: int) -> np.ndarray:
    return (np.random.default_rng(seed).normal(size=(count, 96)) / np.arange(1, 97)).astype(np.float32)


def with_mesh(images: np.ndarray, period: int) -> np.ndarray:
    meshed = images.astype(int)
    # The fewer the pixels, the stronger.
    meshed[:, ::period, ::period] += 4 * period
    return meshed.clip(0, 255).astype(np.uint8)


class Figures(unittest.TestCase):
    def setUp(self):
        self.reals = photographs(300, 1)
        self.reference = Reference.of(self.reals, features(300, 1))

    def test_other_reals_give_the_floor(self):
        found = self.reference.judge(photographs(300, 2), features(300, 2))
        self.assertAlmostEqual(found["density"], 1, delta=0.2)
        self.assertGreater(found["coverage"], 0.9)
        self.assertLess(found["colour"], 1)
        for name in ("contrast", "mesh"):
            self.assertAlmostEqual(found[name], 1, delta=0.1)

    def test_the_same_images_are_at_no_distance(self):
        found = self.reference.judge(self.reals, features(300, 1))
        self.assertAlmostEqual(found["fd64"], 0, delta=1e-6)
        self.assertEqual((found["coverage"], found["colour"], found["contrast"]), (1, 0, 1))

    def test_a_shift_of_all_features_is_the_distance(self):
        along = self.reference.basis[:, 0] * 3
        found = self.reference.judge(self.reals, features(300, 1) + along)
        self.assertAlmostEqual(found["fd64"], 9, delta=1e-3)

    def test_images_that_are_all_the_same_cover_nothing(self):
        found = self.reference.judge(np.repeat(self.reals[:1], 300, 0), np.repeat(features(1, 1), 300, 0))
        self.assertLess(found["coverage"], 0.15)
        self.assertGreater(found["fd64"], 1)

    def test_colour_and_contrast(self):
        brighter = self.reference.judge((self.reals // 2 + 64).astype(np.uint8), features(300, 1))
        self.assertAlmostEqual(brighter["contrast"], 0.5, delta=0.02)
        shifted = self.reference.judge(self.reals.clip(0, 245) + 10, features(300, 1))
        self.assertAlmostEqual(shifted["colour"], 10, delta=0.2)

    def test_a_mesh_is_found_at_its_period_and_at_no_longer_one(self):
        clean = peaks(self.reals)
        for period in (2, 4, 8, 16):
            found = peaks(with_mesh(self.reals, period))
            self.assertGreater(found[period] / clean[period], 2, period)
            for longer in (p for p in found if p > period):
                self.assertAlmostEqual(found[longer] / clean[longer], 1, delta=0.3)

    def test_small_images_have_the_periods_that_fit(self):
        self.assertEqual(list(peaks(photographs(20, 1, 32))), [2, 4, 8])
        self.assertEqual(list(peaks(photographs(20, 1, 16))), [2, 4])

    def test_grain_sees_a_pattern_whose_sign_changes(self):
        signs = np.random.default_rng(0).choice([-1, 1], 300)[:, None, None, None]
        meshed = self.reals.astype(int)
        meshed[:, ::2, ::2] += 20 * signs
        self.assertGreater(grain(meshed.clip(0, 255).astype(np.uint8), 2), 5 * grain(self.reals, 2))


class Pipeline(unittest.TestCase):
    def test_resizing_keeps_a_flat_image_and_the_mean(self):
        for side in (32, 64, 224, 256):
            matrix = filter_matrix(side, 224)
            self.assertEqual(matrix.shape, (224, side))
            np.testing.assert_allclose(matrix.sum(1), 1, rtol=1e-5)
            np.testing.assert_allclose(matrix.sum(0)[2:-2].mean(), 224 / side, rtol=0.02)

    def test_every_stage_names_recipes_that_exist(self):
        for stage in STAGES.values():
            self.assertLessEqual(set(stage.recipes), RECIPES.keys())

    def test_the_work_of_a_recipe_leaves_out_what_costs_nothing(self):
        self.assertEqual(work_of(flags_of("lr-1e-4")), work_of(flags_of("ema-.998")))
        self.assertNotEqual(work_of(["--ema", "0"]), work_of([]))
        self.assertEqual(work_of(["--ngf", "48", "--flip"]), "--flip --ngf 48")

    def test_a_line_that_was_cut_is_dropped(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "results.jsonl"
            Results(path).add(kind="snapshot", step=1)
            with path.open("a") as file:
                file.write('{"kind": "snap')
            Results(path).add(kind="snapshot", step=2)
            self.assertEqual([line["step"] for line in Results(path).lines], [1, 2])


class Tables(unittest.TestCase):
    def line(self, data: str, recipe: str, fd64: float, **other) -> dict:
        key = {"kind": "snapshot", "stage": "screen", "minutes": 1, "seed": 1, "fraction": 1.0}
        figures = {name: 1.0 for name in report.SHOWN} | {"fd64": fd64}
        return key | {"data": data, "recipe": recipe, "figures": figures} | other

    def test_the_ranking_weighs_datasets_alike(self):
        lines = [self.line("a", "x", 100), self.line("a", "y", 110), self.line("b", "x", 4), self.line("b", "y", 2)]
        self.assertEqual(report.ranking(lines, "screen"), ["y", "x"])

    def test_a_run_counts_as_the_median_of_its_snapshots(self):
        values = {0.8: 9, 0.9: 1, 1.0: 2}
        lines = [self.line("a", "x", value, fraction=fraction) for fraction, value in values.items()]
        self.assertEqual(report.medians(lines, "fd64"), [2])

    def test_a_snapshot_that_was_measured_again_counts_once(self):
        lines = [self.line("a", "x", 9), self.line("a", "x", 3)]
        self.assertEqual([line["figures"]["fd64"] for line in report.snapshots(lines, "screen")], [3])

    def test_as_good_lies_between_marks(self):
        curve = {1: [100.0], 10: [1.0]}
        self.assertEqual(curves.as_good(curve, 10), "3.2")
        self.assertEqual(curves.as_good(curve, 200), "less than 1")
        self.assertEqual(curves.as_good(curve, 0.5), "more than 10")


if __name__ == "__main__":
    unittest.main()
