"""Runs a module as `python -m` would, and says at the end how much memory its process held at most.

`python -m benchmarks.peak_memory MODULE [ARGUMENT ...]` prints megabytes (10^6 bytes) as its last line. It
reads them where Linux keeps them.
"""

from __future__ import annotations

import re
import runpy
import sys
from contextlib import suppress
from pathlib import Path


def main() -> None:
    """Run the module that the arguments name."""
    sys.argv = sys.argv[1:]
    with suppress(SystemExit):
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    # What the system's own account of a child says holds its parent's memory too.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s+([0-9]+) kB", status)
    print(int(found[1]) * 1024 / 1_000_000 if found else "not known")


if __name__ == "__main__":
    main()
