"""Find or install what the tests need of the machine, before anything of the project is installed.

Says nothing where all is there. Exits 1 with one line that names all that is missing. A missing browser alone
does not end it: Playwright, which is not installed yet, may bring its own.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from scripts import chromium, java


def missing(environ: Mapping[str, str]) -> str | None:
    """One line that says what could be neither found nor installed; None if the tests can be set up."""
    has_java = java.find_or_install(environ) is not None
    has_chromium = chromium.find_or_install_debians(environ) is not None
    names_chromium = "CHROMIUM" in environ
    if has_java and (has_chromium or not names_chromium):
        return None
    if has_java:
        return chromium.NONE_TO_BE_HAD
    if has_chromium:
        return java.NONE_TO_BE_HAD
    packages = " ".join((java.PACKAGE, *chromium.PACKAGES))
    return (
        "The tests need a Java and a Chromium, and neither could be found or installed. "
        f"Install them (on Debian, as root: apt-get install {packages}) or name them: "
        "make test JAVA=/path/to/java CHROMIUM=/path/to/chromium"
    )


if __name__ == "__main__":
    sys.exit(missing(os.environ))
