import threading
import unittest

import dcgan
import numpy as np

from support import TinyCase, command


class GeneratorTest(TinyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.generator = dcgan.Generator.load(cls.run_folder)

    def test_images_are_those_of_the_command(self):
        out = self.folder / "x.npy"
        done = command("generate", self.run_folder, "--seeds", "0-99,7,4000000000", "--out", out)
        self.assertEqual(done.returncode, 0, done.stderr)
        images = self.generator.generate([*range(100), 7, 4_000_000_000], dtype="float32")
        theirs = np.load(out).transpose(0, 2, 3, 1)
        self.assertEqual(images.tobytes(), np.ascontiguousarray(theirs).tobytes())

    def test_bytes_are_the_rounded_floats(self):
        floats = self.generator.generate(5, dtype="float32")
        images = self.generator.generate(5)
        self.assertEqual((images.dtype, images.shape), (np.uint8, (5, 16, 16, 3)))
        self.assertEqual((floats.dtype, floats.shape), (np.float32, (5, 16, 16, 3)))
        self.assertLessEqual(np.abs(floats).max(), 1)
        self.assertLessEqual(np.abs(images - (floats + 1) * 127.5).max(), 0.5001)

    def test_seeds_in_every_form(self):
        images = self.generator.generate(4)
        for seeds in (range(4), [0, 1, 2, 3], np.arange(4), (seed for seed in range(4)), np.int64(4)):
            np.testing.assert_array_equal(self.generator.generate(seeds), images)
        np.testing.assert_array_equal(self.generator.generate([2, 0]), images[[2, 0]])
        self.assertEqual(self.generator.generate([]).shape, (0, 16, 16, 3))
        for dtype in (np.uint8, np.dtype("uint8"), None):
            self.assertEqual(self.generator.generate(1, dtype=dtype).dtype, np.uint8)

    def test_more_images_than_a_block(self):
        images = self.generator.generate(600)
        np.testing.assert_array_equal(images[[0, 255, 256, 599]], self.generator.generate([0, 255, 256, 599]))

    def test_latents(self):
        latents = self.generator.latents([3, 5])
        self.assertEqual((latents.dtype, latents.shape), (np.float32, (2, 10)))
        images = self.generator.generate([3, 5])
        for form in (latents, latents.astype(np.float64), latents.reshape(2, 10, 1, 1), latents.tolist(), latents.T.copy().T):
            np.testing.assert_array_equal(self.generator.generate_from(form), images)

    def test_slerp_goes_from_one_latent_to_the_other(self):
        a, b = self.generator.latents([3, 5])
        np.testing.assert_allclose(dcgan.slerp(a, b, 0), a, atol=1e-6)
        np.testing.assert_allclose(dcgan.slerp(a, b, 1), b, atol=1e-6)
        middle = dcgan.slerp(a, b, 0.5)
        self.assertGreater(np.linalg.norm(middle), np.linalg.norm((a + b) / 2))

    def test_properties(self):
        generator = self.generator
        self.assertEqual((generator.nz, generator.image_size, generator.channels), (10, 16, 3))
        self.assertIn(generator.fingerprint, command("info", self.run_folder).stdout)
        self.assertIn(generator.fingerprint, repr(generator))

    def test_the_same_model_from_every_kind_of_file(self):
        weights = self.folder / "g.safetensors"
        self.assertEqual(command("export", self.run_folder, "--out", weights).returncode, 0)
        checkpoint = sorted((self.run_folder / "checkpoints").iterdir())[-1]
        images = self.generator.generate(8)
        for path in (weights, checkpoint, str(checkpoint)):
            np.testing.assert_array_equal(dcgan.Generator.load(path, threads=1).generate(8), images)

    def test_wrong_arguments(self):
        for seeds, why in [(-1, "-1"), ([0, -1], "-1 is not a seed"), (["7"], "'7' is not a seed"),
                           ([2**64], "is not a seed"), (10**12, "100000"), (range(10**12), "100000")]:
            with self.assertRaisesRegex((ValueError, TypeError), why):
                self.generator.generate(seeds)
        with self.assertRaisesRegex(TypeError, "1.5"):
            self.generator.generate(1.5)
        with self.assertRaisesRegex(ValueError, "dtype is int8: it must be uint8 or float32"):
            self.generator.generate(1, dtype="int8")
        for shape in ([2, 9], [2, 11], [10], [2, 10, 2]):
            with self.assertRaises(ValueError) as caught:
                self.generator.generate_from(np.zeros(shape))
            why = f"latents has the shape {shape}; this model's latents are (n, 10)"
            self.assertEqual(str(caught.exception), why)
        with self.assertRaisesRegex(ValueError, "latent 1 contains NaN"):
            self.generator.generate_from([[0.0] * 10, [float("nan")] * 10])
        with self.assertRaisesRegex(ValueError, r"shapes \[3\] and \[2\]"):
            dcgan.slerp([1, 2, 3], [1, 2], 0.5)

    def test_files_that_are_no_model(self):
        junk, missing = self.folder / "junk", self.folder / "missing"
        junk.write_bytes(b"junk" * 100)
        with self.assertRaises(ValueError) as caught:
            dcgan.Generator.load(junk)
        self.assertIn(f"error: {caught.exception}\n", command("generate", junk, "--grid", self.folder / "x.png").stderr)
        with self.assertRaisesRegex(FileNotFoundError, f"{missing}: No such file or directory$"):
            dcgan.Generator.load(missing)
        (self.folder / "empty").mkdir()
        with self.assertRaisesRegex(FileNotFoundError, "no checkpoint"):
            dcgan.Generator.load(self.folder / "empty")
        with self.assertRaisesRegex(ValueError, "0 threads: it must be from 1 to 1024"):
            dcgan.Generator.load(self.run_folder, threads=0)

    def test_other_threads_run_while_it_generates(self):
        ticks, done = [], threading.Event()

        def tick():
            while not done.wait(0.001):
                ticks.append(None)

        thread = threading.Thread(target=tick)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(done.set)
        # With more and more images, until the thread has run during one call.
        during = 0
        for count in (1 << power for power in range(8, 17)):
            before = len(ticks)
            self.generator.generate(count)
            during = len(ticks) - before
            if during >= 5:
                break
        self.assertGreaterEqual(during, 5)

    def test_threads_share_a_generator(self):
        expected = self.generator.generate(64)
        results = []
        threads = [threading.Thread(target=lambda: results.append(self.generator.generate(64))) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(results), 4)
        for images in results:
            np.testing.assert_array_equal(images, expected)


if __name__ == "__main__":
    unittest.main()
