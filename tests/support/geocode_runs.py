"""Runs of the geocode command."""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from locator.cli.geocode import Surroundings, add_parser, run
from locator.geocoding.pins.asking import journal_path
from tests.support.pin_samples import (
    GAZETTEER,
    TODAY,
    FakeGeocoder,
)


@dataclass
class Bench:
    """A clinic file, a service, and everything a run writes or waits for."""

    path: Path
    out: io.StringIO = field(default_factory=io.StringIO)
    err: io.StringIO = field(default_factory=io.StringIO)
    slept_s: list[float] = field(default_factory=list)
    clock_s: float = 0.0

    def run(self, *arguments: str, geocoder: FakeGeocoder | None = None, today: date = TODAY) -> int:
        """Run the command on the file; each look at the clock is two seconds after the last."""
        self.out.seek(0)
        self.out.truncate()
        around = Surroundings(self.out, self.err, self._now, self.slept_s.append)
        options = parse(str(self.path), *arguments)
        return run(
            options, geocoder=geocoder or FakeGeocoder(), gazetteer=GAZETTEER, today=today, around=around
        )

    @property
    def journal(self) -> Path:
        """Where answers are kept."""
        return journal_path(self.path)

    def json(self) -> Mapping[str, Any]:
        """What was printed as JSON."""
        value: Mapping[str, Any] = json.loads(self.out.getvalue())
        return value

    def _now(self) -> float:
        self.clock_s += 2.0
        return self.clock_s


def parse(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers(required=True))
    return parser.parse_args(["geocode", *arguments])
