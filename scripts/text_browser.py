"""Find w3m, a browser that shows text and runs no script, or install it, for the tests without scripts."""

from __future__ import annotations

from typing import Final

from scripts.debian_program import DebianProgram

PACKAGE: Final = "w3m"
NONE_TO_BE_HAD: Final = (
    "The tests of pages without scripts need w3m, and it could neither be found nor installed. "
    f"Install it (on Debian: apt-get install {PACKAGE}) or name it: make test W3M=/path/to/w3m"
)
W3M: Final = DebianProgram("w3m", PACKAGE, "-version", b"w3m", "stdout", NONE_TO_BE_HAD)

find = W3M.find
find_or_install = W3M.find_or_install

if __name__ == "__main__":
    W3M.print_path()
