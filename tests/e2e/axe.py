"""axe-core on a page and its frames: what breaks a rule of WCAG 2.2 A or AA, and what it cannot decide."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# Every A and AA rule of WCAG 2.0, 2.1 and 2.2, and what is good practice besides: headings without gaps, one
# main part, nothing outside of it. None is left out.
_TAGS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_RUN: Final = """tags => axe.run({runOnly: tags, resultTypes: ["violations", "incomplete"]}).then(
  ({violations, incomplete, passes, testEngine}) => ({
    version: testEngine.version,
    passed: passes.map((rule) => rule.id),
    found: [["breaks", violations], ["unsure", incomplete]].flatMap(([verdict, rules]) => rules.flatMap(
      (rule) => rule.nodes.map((node) => ({
        verdict,
        rule: rule.id,
        where: node.target.flat().join(" >>> "),
        html: node.html.slice(0, 200),
        why: [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; "),
      })),
    )),
  }))"""


@dataclass(frozen=True, slots=True)
class Finding:
    """A part of a page that breaks a rule, or that axe cannot decide; `where` is its selector."""

    verdict: str
    rule: str
    where: str
    html: str
    why: str


@dataclass(frozen=True, slots=True)
class Report:
    """What axe-core, of this version, found on a page, and the rules that something on it passed."""

    version: str
    passed: frozenset[str]
    found: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """A finding that stays: which it is, by patterns of its selector and reason, and why it may stay."""

    rule: str
    where: str
    why: str
    reason: str

    def covers(self, finding: Finding) -> bool:
        """Whether this is that finding."""
        return (
            finding.rule == self.rule
            and re.search(self.where, finding.where) is not None
            and re.search(self.why, finding.why) is not None
        )


def inspect(page: Page) -> Report:
    """Everything axe finds on the page as it is now.

    The script is put in by the browser's own debugging line, which the page's security policy does not rule:
    nothing of the page is relaxed for the test. With it in each frame, one run covers them all.
    """
    for frame in page.frames:
        if not frame.evaluate("typeof axe === 'object'"):
            frame.evaluate(AXE_SCRIPT)
    report: dict[str, Any] = page.evaluate(_RUN, list(_TAGS))
    return Report(
        report["version"],
        frozenset(report["passed"]),
        tuple(Finding(**one) for one in report["found"]),
    )


def unknown(findings: Iterable[Finding], known: Iterable[Known]) -> list[Finding]:
    """The findings that none of the known ones covers."""
    listed = tuple(known)
    return [finding for finding in findings if not any(one.covers(finding) for one in listed)]
