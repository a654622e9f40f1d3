import json
import math
import os
import signal
import threading
import time
import unittest
import warnings
from pathlib import Path

import dcgan

from support import TINY, TinyCase, command, flags, train


def checkpoint(run: Path) -> bytes:
    """The last checkpoint that was due."""
    names = [path for path in (run / "checkpoints").iterdir() if path.stem.replace("step_", "").isdigit()]
    return max(names).read_bytes()


class TrainingTest(TinyCase):
    def setUp(self):
        self.out = self.folder / self._testMethodName

    def test_a_run_is_that_of_the_command(self):
        done = command("train", self.data, "--out", self.out, "--steps", 6, *flags(TINY))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIsInstance(self.run_folder, Path)
        self.assertEqual(self.run_folder, self.folder / "run")
        self.assertEqual(checkpoint(self.out), checkpoint(self.run_folder))
        self.assertEqual((self.out / "config.toml").read_text(), (self.run_folder / "config.toml").read_text())

    def test_the_callback_sees_every_step(self):
        steps = []
        here = threading.get_ident()
        run = train(self.data, out=self.out, steps=6, callback=lambda step: steps.append((step, threading.get_ident())))
        lines = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
        self.assertEqual([step.step for step, _ in steps], [1, 2, 3, 4, 5, 6])
        for (step, thread), line in zip(steps, lines):
            self.assertEqual((step.total, thread), (6, here))
            self.assertAlmostEqual(step.loss_d, step.loss_d_real + step.loss_d_fake, places=6)
            for name in ("epoch", "loss_g", "loss_d_real", "loss_d_fake", "d_x", "d_g_z"):
                self.assertTrue(math.isclose(getattr(step, name), line[name], rel_tol=1e-6), name)
            self.assertGreater(step.ms_per_step, 0)
        self.assertRegex(repr(steps[0][0]), r"^Step\(step=1, total=6, loss_g=[\d.]+, loss_d=[\d.]+\)$")

    def test_the_callback_stops_a_run_that_resumes_as_if_it_had_not(self):
        run = train(self.data, out=self.out, steps=6, callback=lambda step: step.step < 3)
        self.assertEqual([path.name for path in (run / "checkpoints").iterdir()], ["step_00000003_stopped.ckpt"])
        steps = []
        again = dcgan.resume(run, callback=lambda step: steps.append(step.step))
        self.assertEqual((again, steps), (run, [4, 5, 6]))
        self.assertEqual(checkpoint(run), checkpoint(self.run_folder))

    def test_only_false_stops(self):
        answers = iter([None, 0, True, "", [], None])
        steps = []
        train(self.data, out=self.out, steps=6, callback=lambda step: steps.append(step) or next(answers))
        self.assertEqual(len(steps), 6)

    def test_an_exception_of_the_callback_saves_the_run(self):
        def callback(step):
            if step.step == 2:
                raise KeyError("mine")

        with self.assertRaises(KeyError) as caught:
            train(self.data, out=self.out, steps=6, callback=callback)
        self.assertEqual(caught.exception.__notes__, [f"continue the run in {self.out} with dcgan.resume"])
        self.assertTrue((self.out / "checkpoints" / "step_00000002_stopped.ckpt").exists())

    def test_ctrl_c_saves_the_run(self):
        # This runs during the training, so it also needs the lock that the training must have released.
        def interrupt():
            while not (self.out / "log.jsonl").exists():
                time.sleep(0.01)
            os.kill(os.getpid(), signal.SIGINT)

        threading.Thread(target=interrupt).start()
        with self.assertRaises(KeyboardInterrupt):
            train(self.data, out=self.out, steps=1_000_000)
        (saved,) = (self.out / "checkpoints").glob("*_stopped.ckpt")
        self.assertEqual(dcgan.Generator.load(saved).nz, 10)

    def test_warnings_are_warnings(self):
        with self.assertWarnsRegex(UserWarning, "40 images"):
            dcgan.train(self.data, out=self.out, **TINY, steps=1)
        with self.assertWarnsRegex(UserWarning, "is complete: it has taken its 1 step;"):
            self.assertEqual(dcgan.resume(self.out), self.out)
        with warnings.catch_warnings(), self.assertRaisesRegex(UserWarning, "is complete"):
            warnings.simplefilter("error")
            dcgan.resume(self.out)

    def test_a_resumed_run_takes_new_settings(self):
        train(self.data, out=self.out, steps=2)
        dcgan.resume(str(self.out), steps=6, threads=1, memory_limit=10**9)
        self.assertEqual(checkpoint(self.out), checkpoint(self.run_folder))
        with self.assertRaisesRegex(ValueError, "^nz is 11, but the run was started with 10; leave it out"):
            dcgan.resume(self.out, nz=11)

    def test_wrong_settings_are_value_errors_in_the_words_of_the_command(self):
        for name, value in [("batch_size", 0), ("lr", -1), ("image_size", 17), ("recipe", "none"), ("beta1", 1.5)]:
            with self.assertRaises(ValueError) as caught:
                train(self.data, out=self.out, **{name: value})
            said = command("train", self.data, "--out", self.out, *flags({**TINY, name: value})).stderr
            flag, why = f"--{name.replace('_', '-')}", str(caught.exception).removeprefix(name)
            self.assertEqual(said.removesuffix("\n").removesuffix("; see --help"), f"error: {flag}{why}")
        self.assertFalse(self.out.exists())

    def test_other_wrong_arguments(self):
        for settings, error, why in [
            ({"batch": 3}, ValueError, r"batch is 3: there is no setting with this name; did you mean `batch_size`\?"),
            ({"nz": "many"}, ValueError, "nz is many: it must be a whole number, such as 100"),
            ({"seed": 2**63}, ValueError, "seed is 9223372036854775808: the largest number is 9223372036854775807"),
            ({"seed": -(10**400)}, ValueError, "the largest number is"),
            ({"nz": [1]}, TypeError, r"nz is \[1\]: it must be a number, a string or a bool"),
            ({"memory_limit": "much"}, ValueError, "memory_limit is much: it must be a whole number of bytes"),
            ({"threads": 0}, ValueError, "0 threads"),
            ({"callback": 3}, TypeError, "callback is 3, which cannot be called"),
        ]:
            with self.assertRaisesRegex(error, why):
                train(self.data, out=self.out, **settings)
        self.assertEqual(train(self.data, out=self.out, steps=1, lr_g=None), self.out)

    def test_files_that_are_not_as_they_should_be(self):
        missing = self.folder / "missing"
        with self.assertRaisesRegex(FileNotFoundError, f"{missing}.*No such file or directory$"):
            train(missing, out=self.out)
        with self.assertRaisesRegex(FileNotFoundError, "there is no run in .*; start one with dcgan.train"):
            dcgan.resume(missing)
        with self.assertRaisesRegex(FileExistsError, "already contains a run; continue it with dcgan.resume"):
            train(self.data, out=self.run_folder)
        (self.folder / "text.npy").write_text("text")
        with self.assertRaisesRegex(ValueError, "text.npy"):
            train(self.folder / "text.npy", out=self.out)

    def test_divergence(self):
        with self.assertRaisesRegex(dcgan.DivergedError, "step") as caught:
            train(self.data, out=self.out, steps=50, lr=1e30)
        self.assertIsInstance(caught.exception, ArithmeticError)


if __name__ == "__main__":
    unittest.main()
