"""Find or install what the tests need of the machine, before anything of the project is installed.

Says nothing where all is there. Exits 1 with one line that names all that is missing. A missing browser alone
does not end it: Playwright, which is not installed yet, may bring its own.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from scripts import chromium, java, text_browser

_BROWSER: Final = "a Chromium"


class _Tool(NamedTuple):
    """What the tests need, its Debian packages, how it is named to `make`, and what is said without it."""

    name: str
    find_or_install: Callable[[Mapping[str, str]], str | None]
    packages: tuple[str, ...]
    named: str
    none_to_be_had: str


_TOOLS: Final = (
    _Tool("a Java", java.find_or_install, (java.PACKAGE,), "JAVA=/path/to/java", java.NONE_TO_BE_HAD),
    _Tool(
        "w3m",
        text_browser.find_or_install,
        (text_browser.PACKAGE,),
        "W3M=/path/to/w3m",
        text_browser.NONE_TO_BE_HAD,
    ),
    _Tool(
        _BROWSER,
        chromium.find_or_install_debians,
        chromium.PACKAGES,
        "CHROMIUM=/path/to/chromium",
        chromium.NONE_TO_BE_HAD,
    ),
)


def missing(environ: Mapping[str, str]) -> str | None:
    """One line that says what could be neither found nor installed; None if the tests can be set up."""
    absent = [tool for tool in _TOOLS if tool.find_or_install(environ) is None]
    # The last alone may still come with Playwright.
    if not absent or (absent[0].name == _BROWSER and "CHROMIUM" not in environ):
        return None
    if len(absent) == 1:
        return absent[0].none_to_be_had
    return (
        f"The tests need {' and '.join(tool.name for tool in absent)}, which could be neither found nor"
        " installed. Install them (on Debian, as root: apt-get install"
        f" {' '.join(package for tool in absent for package in tool.packages)}) or name them: "
        f"make test {' '.join(tool.named for tool in absent)}"
    )


if __name__ == "__main__":
    sys.exit(missing(os.environ))
