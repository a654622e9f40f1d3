"""A file with a line of JSON for each thing that is finished, so that an interrupted job continues where it was."""

import json
from pathlib import Path


class Results:
    def __init__(self, path: Path):
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self.lines = []
        if path.exists():
            text = path.read_text()
            for line in text.splitlines():
                try:
                    self.lines.append(json.loads(line))
                except json.JSONDecodeError:
                    # Cut off when the process was killed; what it said is measured again.
                    continue
            if text and not text.endswith("\n"):
                path.write_text("".join(json.dumps(line) + "\n" for line in self.lines))

    def add(self, **line) -> dict:
        with self.path.open("a") as file:
            file.write(json.dumps(line) + "\n")
        self.lines.append(line)
        return line

    def all(self, **wanted) -> list[dict]:
        return [line for line in self.lines if all(line.get(key) == value for key, value in wanted.items())]

    def newest(self, **wanted) -> dict | None:
        return next(reversed(self.all(**wanted)), None)
