"""A translation of the medical text counts as reviewed only where a file says so of these very words."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from locator.errors import ContentInvalidError
from locator.language import CLINICAL, Language
from locator.presentation.translation_review import (
    TranslationReview,
    fingerprint,
    review_of,
)
from scripts.messages import write


def spanish(folder: Path, translation: str = "Rodilla") -> Language:
    catalogue = Catalog(locale="es")
    catalogue.add("Knee", translation)
    write(folder / "es" / "LC_MESSAGES" / f"{CLINICAL}.po", catalogue)
    return Language("es", "Español", folder)


def reviews(folder: Path, of: str, **changes: str) -> Path:
    said = {
        "reviewer": '"Pat Fake"',
        "qualification": '"MD"',
        "reviewed_on": "2026-11-20",
        "fingerprint": f'"{of}"',
    }
    lines = [f"{key} = {value}" for key, value in (said | changes).items() if value]
    path = folder / "reviews.toml"
    path.write_text("\n".join(["[es]", *lines]), encoding="utf-8")
    return path


def test_a_review_of_these_texts_holds(tmp_path: Path) -> None:
    language = spanish(tmp_path)
    path = reviews(tmp_path, fingerprint(language))
    assert review_of(language, path) == TranslationReview("Pat Fake", "MD", date(2026, 11, 20))


def test_a_review_ends_when_a_text_changes(tmp_path: Path) -> None:
    path = reviews(tmp_path, fingerprint(spanish(tmp_path)))
    assert review_of(spanish(tmp_path, "La rodilla"), path) is None


def test_without_a_file_or_a_table_nothing_is_reviewed(tmp_path: Path) -> None:
    language = spanish(tmp_path)
    assert review_of(language, tmp_path / "none.toml") is None
    (tmp_path / "empty.toml").write_text("# nobody yet\n", encoding="utf-8")
    assert review_of(language, tmp_path / "empty.toml") is None


@pytest.mark.parametrize("left_out", ["reviewer", "qualification", "reviewed_on", "fingerprint"])
def test_a_review_without_a_name_a_qualification_a_day_or_its_texts_is_refused(
    tmp_path: Path, left_out: str
) -> None:
    language = spanish(tmp_path)
    path = reviews(tmp_path, fingerprint(language), **{left_out: ""})
    with pytest.raises(ContentInvalidError, match=rf"reviews\.toml, \[es\].*{left_out}"):
        review_of(language, path)


def test_a_file_that_is_no_toml_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "reviews.toml"
    path.write_text("[es", encoding="utf-8")
    with pytest.raises(ContentInvalidError, match=r"reviews\.toml"):
        review_of(spanish(tmp_path), path)
