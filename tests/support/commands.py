"""Commands run as a person would, and what their JSON documents promise."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from locator.cli.main import main

ROOT = Path(__file__).resolve().parents[2]


ORIGIN_TYPES = {
    "label": str,
    "lat_deg": float,
    "lon_deg": float,
    "precision": str,
    "uncertainty_mi": float,
    "source": str,
}


MATCH_TYPES = {
    "rank": int,
    "site_id": str,
    "name": str,
    "address": str,
    "phone": str,
    "evaluation": str,
    "evaluation_status": str,
    "procedure": str,
    "procedure_status": str,
    "distance_mi": float,
    "distance_low_mi": float,
    "distance_high_mi": float,
    "about_same_as_previous": bool,
    "as_of": str,
    "verified_on": str | None,
}


SLOW = {"pandas", "streamlit", "folium", "scipy", "holidays", "sklearn", "streamlit_folium"}


def usage_error(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    return capsys.readouterr().err


def shape(value: dict[str, Any], types: dict[str, Any]) -> None:
    assert list(value) == list(types)
    for key, kind in types.items():
        assert isinstance(value[key], kind), key


def run(*arguments: str | bytes, encoding: str = "utf-8", code: str = "") -> subprocess.CompletedProcess[str]:
    """Python in a process of its own, as a person's shell starts it: the module, or `code`."""
    command: list[str | bytes] = [sys.executable, *(["-c", code] if code else ["-m", "locator"]), *arguments]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("LOCATOR_")}
    environ["PYTHONIOENCODING"] = encoding
    return subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, encoding="utf-8", timeout=60, check=False
    )


def documented(language: str) -> list[str]:
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```(\w*)\n(.*?)\n```$", page, re.DOTALL | re.MULTILINE)
    return [text for named, text in blocks if named == language]
