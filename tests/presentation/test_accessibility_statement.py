"""The accessibility statement claims what is tested and no more, on the page and in the document alike."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from locator.presentation.accessibility_statement import CHECKED_ON, CHECKS, FAULTS, NOT_TESTED, as_html
from scripts.accessibility_doc import DOCUMENT, renewed
from tests.support.parsed_html import parse

ROOT = Path(__file__).resolve().parents[2]
PHONE = "612-555-0100"


@dataclass(frozen=True, slots=True)
class Link:
    """A link to another page of the app."""

    page: str
    label: str


def links(app: AppTest) -> list[Link]:
    return [Link(one.proto.page, one.proto.label) for one in app.get("page_link")]


def run(page: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "pages" / "shell.py"), default_timeout=60)
    app.switch_page(str(ROOT / "pages" / page)).run()
    assert [error.value for error in app.exception] == []
    return app


def test_every_claim_names_a_test_that_exists() -> None:
    assert [check.test for check in CHECKS if not (ROOT / check.test).is_file()] == []


def test_the_named_checker_is_the_one_that_runs() -> None:
    script = files("axe_playwright_python") / "axe.min.js"
    running = re.search(r"axe v([\d.]+)", script.read_text(encoding="utf-8"))
    named = re.search(r"axe-core ([\d.]+\d)", CHECKS[0].said)
    assert running is not None
    assert named is not None
    assert named[1] == running[1]


def test_the_page_says_all_that_was_tested_all_that_was_not_and_all_that_fails() -> None:
    text = parse(as_html("Fake Practice", PHONE)).text
    said = [*(one.said for one in CHECKS), *NOT_TESTED, *(one.said for one in FAULTS)]
    assert [one for one in said if one not in text] == []


def test_the_page_says_that_no_screen_reader_and_one_browser_alone_were_used() -> None:
    text = " ".join(NOT_TESTED)
    assert "screen reader" in text
    assert "Chromium" in text
    assert "disability" in text


def test_the_page_names_the_standard_the_day_and_whom_to_call() -> None:
    page = parse(as_html("Fake & Practice", PHONE))
    assert "level AA of the Web Content Accessibility Guidelines (WCAG) 2.2" in page.text
    assert "Tested on November 22, 2026." in page.text
    assert date(2026, 11, 22) == CHECKED_ON
    assert "Call Fake & Practice at 612-555-0100." in page.text
    assert page.one("a").attributes["href"] == "tel:+1-612-555-0100"


def test_headings_skip_no_level() -> None:
    tags = {one.tag for one in parse(as_html("Fake Practice", PHONE)).every()}
    assert "h2" in tags
    assert not tags & {"h1", "h3", "h4"}


def test_the_document_is_up_to_date_with_the_statement() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert renewed(text) == text
    assert all(check.test in text for check in CHECKS)


def test_a_document_without_its_marks_is_not_written_over() -> None:
    with pytest.raises(ValueError, match="must hold"):
        renewed("Made-up text")


@pytest.mark.parametrize("page", ["find.py", "refer.py"])
def test_a_page_links_to_the_statement(page: str) -> None:
    (link,) = [link for link in links(run(page)) if "ccessibility" in link.label]
    assert link.page == "accessibility"


def test_the_statement_has_one_title_and_a_way_back() -> None:
    app = run("accessibility.py")
    shown = parse("".join(one.proto.body for one in app.get("html") if "<style" not in one.proto.body))
    assert [one.text for one in shown.all("h1")] == ["Accessibility of these pages"]
    assert [link.page for link in links(app)] == [""]
