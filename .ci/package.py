#!/usr/bin/env python3
"""Packs a built binary for release: `package.py TARGET BINARY OUT`.

Writes OUT/dcgan-VERSION-TARGET.tar.gz (.zip for Windows), in the layout that `cargo binstall` expects, and a
.sha256 file beside it. The binary is run for its completions and manual pages, so TARGET must be this machine's.
"""

import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OWN_FILES = ["README.md", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"]
SHELLS = {"bash": "dcgan.bash", "zsh": "_dcgan", "fish": "dcgan.fish", "powershell": "dcgan.ps1"}
LICENCE = re.compile(r"(licen[cs]e|copying|copyright|notice|unlicense|ofl|ufl)\b", re.IGNORECASE)


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    target, binary, out = sys.argv[1], Path(sys.argv[2]).resolve(), Path(sys.argv[3])
    metadata = cargo_metadata(target)
    version = next(p["version"] for p in metadata["packages"] if p["name"] == "dcgan")
    name = f"dcgan-{version}-{target}"
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / name
        folder.mkdir()
        shutil.copy2(binary, folder)
        for file in OWN_FILES:
            shutil.copy(ROOT / file, folder)
        (folder / "THIRD-PARTY.txt").write_text(third_party(metadata, target), encoding="utf-8")
        shell_files(binary, folder)
        archive = pack(folder, out, windows="windows" in target)
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    # With the line endings that `sha256sum --check` expects, on Windows too.
    Path(f"{archive}.sha256").write_bytes(f"{digest}  {archive.name}\n".encode())
    print(archive)


def cargo_metadata(target):
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", target]
    return json.loads(subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout)


def third_party(metadata, target):
    """The licences of everything that is linked into the binary, as they require; each text once."""
    packages = ["the Rust standard library (MIT OR Apache-2.0), Copyright (c) The Rust Project Contributors"]
    if "musl" in target:
        packages.append("musl libc (MIT), Copyright (c) 2005-2020 Rich Felker, et al.")
    texts = {}
    for package in sorted(linked(metadata), key=lambda package: (package["name"], package["version"])):
        name = f"{package['name']} {package['version']}"
        authors = "".join(f", {author}" for author in package["authors"])
        packages.append(f"{name} ({package['license'] or 'see below'}){authors}")
        for file in sorted(Path(package["manifest_path"]).parent.rglob("*")):
            if file.is_file() and is_licence(file):
                texts.setdefault(file.read_text(encoding="utf-8", errors="replace").strip(), []).append(name)
    line = "=" * 80
    return "\n".join(
        ["dcgan contains the following software. Where the list of texts below has none of its own for a package,",
         "LICENSE-APACHE and LICENSE-MIT have the terms.", "", *packages]
        + [f"\n{line}\n{', '.join(dict.fromkeys(names))}\n{line}\n\n{text}" for text, names in texts.items()]
    ) + "\n"


def is_licence(file):
    return LICENCE.match(file.name) and file.suffix.lower() in ("", ".md", ".txt", ".mit", ".apache")


def linked(metadata):
    """The packages that the binary depends on, without this workspace's and without tools of the build."""
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    waiting = [id for id, package in packages.items() if package["name"] == "dcgan"]
    seen = set(waiting)
    while waiting:
        for dependency in nodes[waiting.pop()]["deps"]:
            is_linked = any(kind["kind"] is None for kind in dependency["dep_kinds"])
            if is_linked and dependency["pkg"] not in seen:
                seen.add(dependency["pkg"])
                waiting.append(dependency["pkg"])
    return [packages[id] for id in seen if packages[id]["source"]]


def shell_files(binary, folder):
    """Completions and manual pages, as the binary writes them."""
    (folder / "completions").mkdir()
    for shell, file in SHELLS.items():
        script = subprocess.run([binary, "completions", shell], stdout=subprocess.PIPE, check=True).stdout
        (folder / "completions" / file).write_bytes(script)
    (folder / "man").mkdir()
    subprocess.run([binary, "man", "--out", folder / "man"], stdout=subprocess.DEVNULL, check=True)


def pack(folder, out, windows):
    """Packs the folder so that the same files give the same bytes."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    name = lambda file: file.relative_to(folder.parent).as_posix()
    is_program = lambda file: file.parent == folder and file.stem == "dcgan"
    if windows:
        archive = out / f"{folder.name}.zip"
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zip:
            for file in files:
                zip.writestr(zipfile.ZipInfo(name(file)), file.read_bytes(), zipfile.ZIP_DEFLATED)
        return archive
    archive = out / f"{folder.name}.tar.gz"
    with open(archive, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as zipped:
        with tarfile.open(fileobj=zipped, mode="w") as tar:
            for file in files:
                entry = tarfile.TarInfo(name(file))
                entry.size, entry.mode = file.stat().st_size, 0o755 if is_program(file) else 0o644
                with open(file, "rb") as content:
                    tar.addfile(entry, content)
    return archive


if __name__ == "__main__":
    main()
