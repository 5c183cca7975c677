"""Sheets of the shipped directory, as a browser shows them."""

from __future__ import annotations

from pathlib import Path

import pypdf

CHASKA = "iSpine Clinics – Chaska"


BURNSVILLE = "iSpine Clinics – Burnsville"


WACONIA = "55387"


def text_of(path: Path) -> str:
    """All the words of a PDF of one page, spaces made even."""
    (page,) = pypdf.PdfReader(path).pages
    return " ".join(page.extract_text().split())


def assert_sheet_of_chaska_and_burnsville(path: Path) -> None:
    assert path.name == "drg-referral-chaska-burnsville.pdf"
    text = text_of(path)
    for words in ("Referral: DRG stimulation", CHASKA, BURNSVILLE, "Not yet confirmed", "Date of birth"):
        assert words in text
    assert "evaluation=chaska&procedure=burnsville" in text.replace(" ", "")
