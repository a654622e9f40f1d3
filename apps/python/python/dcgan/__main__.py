"""The command `dcgan`."""

import shutil
import signal
import sys
from pathlib import Path

from ._dcgan import main as run


def main() -> int:
    """Run the command with the arguments of this process, and return its exit code."""
    # Python's own handler would only take note of Ctrl-C until the command has ended.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    return run([_name(), *sys.argv[1:]])


def _name() -> str:
    """The command as it was typed, which Python no longer knows: it has the whole path."""
    script = Path(sys.argv[0])
    if script.name == "__main__.py":
        return "dcgan"
    return script.name if shutil.which(script.name) == sys.argv[0] else sys.argv[0]


if __name__ == "__main__":
    sys.exit(main())
