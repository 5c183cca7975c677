"""Lighthouse, an outside judge of the pages: its scores on its default phone, and what it objects to.

It comes from npm into a folder of the Python environment: in the version that package.json beside this file
names, and byte for byte as package-lock.json has it. No script of a package is run.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

CATEGORIES: Final[Mapping[str, str]] = {
    "performance": "speed",
    "accessibility": "accessibility",
    "best-practices": "best practices",
    "seo": "search engines",
}
"""What it gives a score for, and how the report calls it."""

AIMS: Final[Mapping[str, int]] = {
    "performance": 95,
    "accessibility": 100,
    "best-practices": 100,
    "seo": 100,
}

PAGES: Final = ("/", "/refer")
BEFORE: Final[Mapping[str, Mapping[str, int]]] = {
    "/": {"performance": 52, "accessibility": 100, "best-practices": 93, "seo": 100},
    "/refer": {"performance": 47, "accessibility": 100, "best-practices": 93, "seo": 100},
}
"""The scores of the pages when they still began with an empty document of Streamlit's."""

NO_NPM: Final = "Lighthouse was left out: there is no npm here."
_FOLDER: Final = Path(sys.prefix) / "lighthouse"
_PINNED: Final = ("package.json", "package-lock.json")
_ROUNDS: Final = 3
_INSTALLING_S: Final = 600
_JUDGING_S: Final = 240


class LighthouseError(Exception):
    """It could not be installed or did not come to a verdict; the message is one sentence for the report."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One page's scores, from 0 to 100 by category, and the titles of the audits that cost it something.

    Each score is the median of several runs; the objections are those of the last one.
    """

    page: str
    scores: Mapping[str, int]
    objections: Sequence[str]


def judge(url: str, chromium: str) -> list[Judgement]:
    """The verdict on each of PAGES at `url`, in this Chromium; raises LighthouseError."""
    program = _installed()
    return [_judged(program, url, page, chromium) for page in PAGES]


def _installed() -> Path:
    """The program, installed now if it is not there in the version pinned."""
    npm = shutil.which("npm")
    if npm is None:
        raise LighthouseError(NO_NPM)
    program = _FOLDER / "node_modules" / ".bin" / "lighthouse"
    pinned = {name: Path(__file__).with_name(name).read_bytes() for name in _PINNED}
    kept = _FOLDER / "installed.json"
    if kept.is_file() and kept.read_bytes() == pinned["package-lock.json"] and program.exists():
        return program
    _FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in pinned.items():
        (_FOLDER / name).write_bytes(content)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(_FOLDER)]
    _answer(command, os.environ, timeout_s=_INSTALLING_S)
    kept.write_bytes(pinned["package-lock.json"])
    return program


def _judged(program: Path, url: str, page: str, chromium: str) -> Judgement:
    command = [
        str(program),
        url + page,
        "--quiet",
        "--output=json",
        "--output-path=stdout",
        "--no-enable-error-reporting",
        f"--only-categories={','.join(CATEGORIES)}",
        "--chrome-flags=--headless --no-sandbox --disable-gpu",
    ]
    environ = {**os.environ, "CHROME_PATH": chromium}
    verdicts = []
    for _ in range(_ROUNDS):
        said = _answer(command, environ, timeout_s=_JUDGING_S)
        try:
            verdicts.append(read(page, json.loads(said)))
        except (ValueError, KeyError, TypeError) as exc:
            raise LighthouseError("Lighthouse was left out: its report cannot be read.") from exc
    scores = {
        category: round(statistics.median(one.scores[category] for one in verdicts))
        for category in CATEGORIES
    }
    return Judgement(page, scores, verdicts[-1].objections)


def read(page: str, report: Mapping[str, Any]) -> Judgement:
    """The verdict in one of its JSON reports; raises KeyError or TypeError where that is none."""
    categories = {name: report["categories"][name] for name in CATEGORIES}
    audits = report["audits"]
    weighed = {
        reference["id"]
        for category in categories.values()
        for reference in category["auditRefs"]
        if reference["weight"] > 0
    }
    # An audit that does not apply has no score. Times are told by the score for speed itself.
    objections = [
        audits[name]["title"]
        for name in sorted(weighed)
        if audits[name]["score"] is not None and audits[name]["score"] < 1
    ]
    return Judgement(page, {name: round(100 * one["score"]) for name, one in categories.items()}, objections)


def _answer(command: Sequence[str], environ: Mapping[str, str], *, timeout_s: float) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - written here
            command, env=dict(environ), capture_output=True, text=True, timeout=timeout_s, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as exc:
        raise LighthouseError(f"Lighthouse was left out: {type(exc).__name__}.") from exc
    if done.returncode != 0:
        why = (done.stderr.strip().splitlines() or ["it said nothing"])[0]
        raise LighthouseError(f"Lighthouse was left out; it said: {why}")
    return done.stdout


def section(found: Sequence[Judgement] | str) -> str:
    """The part of the report, in Markdown: scores beside aims and what they were, or why there are none."""
    if isinstance(found, str):
        return f"### Lighthouse\n\n{found}"
    head = ["page", "what", "score", "aim", "met", "before the first document"]
    rows = [head, ["---"] * len(head)]
    for one in found:
        for category, name in CATEGORIES.items():
            score, aim = one.scores[category], AIMS[category]
            met = "yes" if score >= aim else "**no**"
            rows.append([f"`{one.page}`", name, str(score), str(aim), met, str(BEFORE[one.page][category])])
    table = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    objections = [
        f"Below the best mark on `{one.page}`: {'; '.join(one.objections) or 'nothing'}." for one in found
    ]
    return "\n\n".join(["### Lighthouse", _WHAT.format(rounds=_ROUNDS), table, *objections])


_WHAT: Final = """\
An outside judge with its own slow phone, which it reckons from one quick visit. Scores from 0 to 100, each
the median of {rounds} runs; for speed, other work on the machine counts against the page."""
