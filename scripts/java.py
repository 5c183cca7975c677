"""Print the path of a Java that runs: the one named, one found on the machine, or one installed now.

The Nu Html Checker is a Java program. Everything but the path goes to standard error. Exits 1 with one line
where none can be had.
"""

from __future__ import annotations

from typing import Final

from scripts.debian_program import DebianProgram

PACKAGE: Final = "default-jre-headless"
NONE_TO_BE_HAD: Final = (
    "The check of the HTML needs a Java, and none could be found or installed. "
    f"Install one (on Debian: apt-get install {PACKAGE}) or name it: make test JAVA=/path/to/java"
)
JAVA: Final = DebianProgram("java", PACKAGE, "-version", b"version", "stderr", NONE_TO_BE_HAD)

find = JAVA.find
find_or_install = JAVA.find_or_install

if __name__ == "__main__":
    JAVA.print_path()
