"""What this workspace repeats of the program's, which must not drift."""

import tomllib
import unittest
from pathlib import Path

HERE = Path(__file__).parent.parent
ROOT = HERE.parent.parent


def read(path: Path) -> dict:
    return tomllib.loads(path.read_text())


class PackagingTest(unittest.TestCase):
    def test_the_libraries_are_those_of_the_program(self):
        def versions(path: Path) -> set:
            return {(package["name"], package["version"]) for package in read(path)["package"]}

        ours, program = versions(HERE / "Cargo.lock"), versions(ROOT / "Cargo.lock")
        names = {name for name, _ in program}
        self.assertEqual({(name, version) for name, version in ours - program if name in names}, set())

    def test_the_package_is_that_of_the_program(self):
        ours = read(HERE / "Cargo.toml")["package"]
        program = read(ROOT / "Cargo.toml")["workspace"]["package"]
        for name in ("version", "edition", "rust-version", "license", "authors"):
            self.assertEqual(ours[name], program[name])

    def test_the_profiles_are_those_of_the_program(self):
        ours = read(HERE / "Cargo.toml")["profile"]
        self.assertTrue(ours["release"].pop("strip"))
        program = read(ROOT / "Cargo.toml")["profile"]
        # Packages of the program that are none here, such as those for graphics cards.
        here = {package["name"] for package in read(HERE / "Cargo.lock")["package"]}
        for profile in program.values():
            packages = {name: rest for name, rest in profile.get("package", {}).items() if name in here}
            profile.update({"package": packages} if packages else {})
            if not packages:
                profile.pop("package", None)
        self.assertEqual(ours, program)


if __name__ == "__main__":
    unittest.main()
