"""The words of the staff pages."""

from __future__ import annotations

from pathlib import Path

from locator.staff.editing.dictionary import read_dictionary

ROOT = Path(__file__).resolve().parents[2]


DICTIONARY = read_dictionary((ROOT / "data" / "README.md").read_text(encoding="utf-8"))
