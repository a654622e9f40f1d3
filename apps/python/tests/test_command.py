import ast
import re
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path

import dcgan

from support import COMMAND, TINY, TinyCase, command, flags

# Arguments of `dcgan.train` and `dcgan.resume` themselves, and those of every command.
NO_SETTINGS = {
    "allow_data_change", "config", "data", "from", "help", "memory_limit", "out", "quiet", "resume", "tensorboard",
    "threads",
}  # fmt: skip


class CommandTest(TinyCase):
    def test_exit_codes_and_streams(self):
        version = command("--version")
        self.assertRegex(version.stdout, rf"^dcgan {re.escape(dcgan.__version__)}\+[0-9a-f]{{8}}\n$")
        self.assertEqual((version.returncode, version.stderr), (0, ""))
        wrong = command("generate", self.run_folder)
        self.assertEqual((wrong.returncode, wrong.stdout), (2, ""))
        self.assertRegex(wrong.stderr, "^error: no output given.*\n$")
        self.assertEqual(command("info", self.folder / "missing").returncode, 1)
        self.assertEqual(command("train", self.data, "--out", self.folder / "nan", "--steps", 50, "--lr", "1e30", *flags(TINY)).returncode, 3)

    def test_the_module_is_the_command(self):
        done = subprocess.run([sys.executable, "-m", "dcgan", "--version"], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout), (0, command("--version").stdout))

    def test_ctrl_c_saves_a_run(self):
        out = self.folder / "interrupted"
        arguments = ["train", self.data, "--out", out, "--steps", 1_000_000, *flags(TINY)]
        process = subprocess.Popen([COMMAND, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        while not (out / "log.jsonl").exists() and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, stderr)
        self.assertIn(f"Resume with: {COMMAND} train --resume {out}", stdout.decode())
        self.assertEqual(len(list((out / "checkpoints").glob("*_stopped.ckpt"))), 1)

    def test_ctrl_c_ends_any_other_command_at_once(self):
        arguments = ["generate", self.run_folder, "--seeds", "0-99999", "--out", self.folder / "many"]
        process = subprocess.Popen([COMMAND, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        while not (self.folder / "many").exists() and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=10), -signal.SIGINT)
        process.communicate()


class StubTest(unittest.TestCase):
    def test_the_settings_are_the_flags_of_the_command(self):
        stub = ast.parse((Path(dcgan.__file__).parent / "_dcgan.pyi").read_text())
        (settings,) = [node for node in stub.body if isinstance(node, ast.ClassDef) and node.name == "_Settings"]
        names = [node.target.id for node in settings.body if isinstance(node, ast.AnnAssign)]
        shown = re.findall(r"^ {2,6}(?:-\w, )?--([a-z0-9-]+)", command("train", "--help").stdout, re.MULTILINE)
        self.assertEqual(set(names), {name.replace("-", "_") for name in shown} - NO_SETTINGS)

    def test_the_package_says_that_it_is_typed(self):
        self.assertTrue((Path(dcgan.__file__).parent / "py.typed").exists())


if __name__ == "__main__":
    unittest.main()
