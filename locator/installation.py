"""Where this copy of the project runs from: a checkout, or a package that pip installed.

The app is served from a checkout, the command line runs from either:
docs/decisions/022-an-installed-package.md.
"""

from __future__ import annotations

import sys
import tomllib
from functools import cache
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Final

DISTRIBUTION: Final = "drg-locator"

_PACKAGE: Final = Path(__file__).resolve().parent
# Only a built package has the data in here.
_PACKAGED_DATA: Final = _PACKAGE / "data"

IS_CHECKOUT: Final = not _PACKAGED_DATA.is_dir()
PROJECT_ROOT: Final = _PACKAGE.parent
"""The folder around the package: the checkout, or where packages are installed."""

SHIPPED_DATA: Final = PROJECT_ROOT / "data" if IS_CHECKOUT else _PACKAGED_DATA
"""The data that came with the code. In an installed package it is not to be changed."""


def settings_folder() -> Path:
    """Where `locator.toml` is looked for: in the checkout, or from an installed package where one works."""
    return PROJECT_ROOT if IS_CHECKOUT else Path.cwd()


@cache
def version() -> str:
    """The project's version, which stands in pyproject.toml alone."""
    if not IS_CHECKOUT:
        return installed_version(DISTRIBUTION)
    # Another version of the project may be installed beside the checkout.
    project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])


def command_name() -> str:
    """How the command line was called, for advice on what to type next."""
    return DISTRIBUTION if Path(sys.argv[0]).name == DISTRIBUTION else "python -m locator"
