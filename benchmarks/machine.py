"""What a run was measured on, as far as it bears on the figures."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

import psutil

_PACKAGES: Final = ("streamlit", "folium", "streamlit-folium", "geopy", "pyproj", "scipy", "scikit-learn")
_BYTES_A_GB: Final = 1e9


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine, what runs on it, and how busy it was before and after (load averages of one minute)."""

    date: str
    cores: int
    processor: str
    memory_gb: float
    system: str
    python: str
    versions: Mapping[str, str]
    chromium: str
    load_before: float
    load_after: float
    run_s: float


def load_average() -> float:
    """How many processes wanted a core, on average over the last minute."""
    return os.getloadavg()[0]


def describe(chromium: str, *, load_before: float, run_s: float) -> Machine:
    """The machine now; `load_before` and `run_s` are the run's own."""
    return Machine(
        date=datetime.now(UTC).date().isoformat(),
        cores=os.cpu_count() or 1,
        processor=_processor(),
        memory_gb=psutil.virtual_memory().total / _BYTES_A_GB,
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        versions={name: version(name) for name in _PACKAGES},
        chromium=_said(chromium, "--version"),
        load_before=load_before,
        load_after=load_average(),
        run_s=run_s,
    )


def _processor() -> str:
    """The processor's name where the system tells it, else its family."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603
