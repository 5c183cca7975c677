"""Which language holds, and what its messages are."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from hypothesis import given
from hypothesis import strategies as st

from locator import language
from locator.language import CLINICAL, ENGLISH, INTERFACE, Language, language_of, preferred, speaking
from locator.presentation import wording
from scripts.messages import write

SPANISH = Language("es", "Español")


@pytest.fixture
def made_up(tmp_path: Path) -> Language:
    """Spanish of a few messages of our own."""
    interface = Catalog(locale="es")
    interface.add("Map", "Mapa de prueba")
    interface.add(("{count} clinic", "{count} clinics"), ("{count} clínica", "{count} clínicas"))
    interface.add("Untranslated", "")
    clinical = Catalog(locale="es")
    clinical.add("Pelvis", "Pelvis")
    write(tmp_path / "es" / "LC_MESSAGES" / f"{INTERFACE}.po", interface)
    write(tmp_path / "es" / "LC_MESSAGES" / f"{CLINICAL}.po", clinical)
    return Language("es", "Español", tmp_path)


def test_english_holds_until_another_language_is_spoken(made_up: Language) -> None:
    assert language.gettext("Map") == "Map"
    with speaking(made_up):
        assert language.gettext("Map") == "Mapa de prueba"
        with speaking(ENGLISH):
            assert language.gettext("Map") == "Map"
        assert language.current() == made_up
    assert language.current() == ENGLISH


def test_a_message_without_a_translation_stays_english(made_up: Language) -> None:
    with speaking(made_up):
        assert language.gettext("Untranslated") == "Untranslated"
        assert language.gettext("Never heard of") == "Never heard of"


def test_a_count_takes_the_form_its_language_has_for_it(made_up: Language) -> None:
    with speaking(made_up):
        said = [language.ngettext("{count} clinic", "{count} clinics", n).format(count=n) for n in (1, 2)]
    assert said == ["1 clínica", "2 clínicas"]


def test_a_clinical_text_says_when_it_is_not_translated_even_where_the_words_are_the_same(
    made_up: Language,
) -> None:
    assert language.clinical("Knee") == "Knee"
    with speaking(made_up):
        assert language.clinical("Pelvis") == "Pelvis"
        assert language.clinical("Knee") is None


def test_one_visitors_language_is_not_anothers(made_up: Language) -> None:
    heard = []
    with speaking(made_up):
        other = threading.Thread(target=lambda: heard.append(language.current()))
        other.start()
        other.join()
    assert heard == [ENGLISH]


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("en-US,en;q=0.9,es;q=0.8", "en"),
        ("so,es;q=0.5", "es"),
        ("de;q=0.9, ES-419;q=0.8", "es"),
        ("es;q=0, en", "en"),
        ("es;q=0", "en"),
        ("so", "en"),
        ("*", "en"),
        ("", "en"),
        ("es;q=many", "en"),
    ],
)
def test_the_browsers_wish_is_met_as_far_as_there_are_languages(header: str, tag: str) -> None:
    assert preferred(header).tag == tag


@given(st.text())
def test_any_header_gets_a_language(header: str) -> None:
    assert preferred(header) in language.languages()


@pytest.mark.parametrize(("tag", "found"), [("es", True), ("ES_us", True), ("es-419", True), ("est", False)])
def test_a_tag_finds_its_language_by_its_first_part(tag: str, found: bool) -> None:
    assert (language_of(tag) is not None) is found


@pytest.mark.parametrize("tag", [None, "", "../es", "xx", "e", "<script>"])
def test_a_tag_of_no_language_finds_none(tag: str | None) -> None:
    assert language_of(tag) is None


def test_a_language_is_called_what_its_speakers_call_it() -> None:
    assert [one.name for one in language.languages()][:2] == ["English", "Español"]


def test_dates_and_weekdays_are_the_languages_own() -> None:
    with speaking(SPANISH):
        assert wording.full_date(date(2025, 12, 8)) == "8 de diciembre de 2025"
        assert wording.month_or_date("2025-02") == "febrero de 2025"
        assert wording.weekday_name(0) == "lunes"


def test_a_language_is_called_what_its_catalogue_says_even_one_whose_dates_nobody_knows(
    tmp_path: Path,
) -> None:
    catalogue = Catalog(locale="hmn")
    catalogue.add("English", "Made-up Hmoob")
    catalogue.add("Map", "Made-up map")
    write(tmp_path / "hmn" / "LC_MESSAGES" / f"{INTERFACE}.po", catalogue)
    (_english, other) = language.languages(tmp_path)
    assert (other.tag, other.name) == ("hmn", "Made-up Hmoob")
    with speaking(other):
        assert language.gettext("Map") == "Made-up map"
        assert wording.full_date(date(2025, 12, 8)) == "December 8, 2025"
