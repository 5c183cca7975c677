"""The accessibility statement: the one source of the page and of docs/accessibility.md.

Each thing that was tried names the test that tries it, so that nothing stands here that is not tested.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from locator.language import marked as N_
from locator.presentation.templating import render

CHECKED_ON: Final = date(2026, 11, 22)
STANDARD: Final = N_(
    "Our goal is level AA of the Web Content Accessibility Guidelines (WCAG) 2.2. The list below says what"
    " was tested. We do not claim more than that."
)


@dataclass(frozen=True, slots=True)
class Check:
    """Something that was tested, in a message, and the file with the test."""

    said: str
    test: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is known to fail, in a message with what to do instead, and the package behind it."""

    said: str
    package: str | None = None


CHECKS: Final = (
    Check(
        N_(
            "A program looked for faults on each page, on the map too, in light and in dark colors. It was"
            " axe-core 4.12.1 with its rules for WCAG 2.2, levels A and AA."
        ),
        "tests/e2e/test_accessibility.py",
    ),
    Check(
        N_("Each task can be done with the keyboard alone. You can pass by the map."),
        "tests/e2e/test_accessibility_keyboard.py",
    ),
    Check(
        N_(
            "What changes on a page is sent to screen readers: how many clinics were found, and what went"
            " wrong."
        ),
        "tests/e2e/test_accessibility_keyboard.py",
    ),
    Check(N_("The list says all that the map says."), "tests/e2e/test_accessibility.py"),
    Check(
        N_(
            "Each page fits a screen that is 320 pixels wide. That is the same as a zoom of 400 percent on a"
            " large screen."
        ),
        "tests/e2e/test_accessibility_layout.py",
    ),
    Check(N_("Nothing moves if your device asks for less motion."), "tests/e2e/test_accessibility_layout.py"),
    Check(
        N_("Map markers and the focus can be seen in forced colors, the mode for high contrast."),
        "tests/e2e/test_accessibility_layout.py",
    ),
    Check(
        N_(
            "You can tell map markers apart by their shape: in color, in gray, and with each of three kinds"
            " of color blindness. A program drew them and compared what is left of them."
        ),
        "tests/e2e/test_marker_pixels.py",
    ),
    Check(
        N_("Text and map markers stand out from what is behind them, as WCAG asks."),
        "tests/presentation/test_marker_contrast.py",
    ),
    Check(
        N_(
            "The pages for patients can be read at US grade 8 or below, by the Flesch-Kincaid formula."
            " Medical words are explained where they are first used."
        ),
        "tests/presentation/test_reading_level.py",
    ),
)

NOT_TESTED: Final = (
    N_("Nobody has used these pages with a screen reader yet."),
    N_("Nobody with a disability has tested them for us yet."),
    N_("All tests ran in one browser, Chromium. Firefox and Safari were not tested."),
    N_("The reading level was measured in English alone."),
)

FAULTS: Final = (
    Fault(
        N_("The words on the street map are part of a picture. The list has each address as text."),
    ),
    Fault(
        N_(
            "For staff: the table of all clinics is drawn as a picture. A screen reader may not read it well."
            ' "One clinic" has the same facts in a form.'
        ),
        "streamlit",
    ),
)


def as_html(practice: str, phone: str) -> str:
    """The statement as a page has it, in the current language, with whom to call."""
    return render(
        "accessibility.html",
        practice=practice,
        phone=phone,
        standard=STANDARD,
        checks=CHECKS,
        not_tested=NOT_TESTED,
        faults=FAULTS,
        checked_on=CHECKED_ON,
    )
