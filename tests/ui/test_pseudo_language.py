"""The made-up language marks messages and nothing else, so that what it leaves bare was forgotten."""

from __future__ import annotations

from datetime import date

import pytest

from locator.language import clinical, gettext, ngettext
from locator.presentation.wording import full_date
from tests.support.pseudo_language import pseudo_language, visible_words_outside_marks, words_outside_marks


def test_a_message_is_marked_and_what_is_put_into_it_is_not() -> None:
    with pseudo_language():
        said = gettext("Contact card: {city}").format(city="Zorkville")
        many = ngettext("{count} visit", "{count} visits", 3).format(count=3)
    assert said == "⟦Contact card: ⟧Zorkville"
    assert many == "3⟦ visits⟧"


def test_only_what_is_there_to_translate_is_marked() -> None:
    with pseudo_language(["Fake text"]):
        assert gettext("Zork that no page says") == "Zork that no page says"
        assert clinical("Fake text") == "⟦Fake text⟧"
        assert clinical("Fake other text") is None
        assert words_outside_marks(full_date(date(2026, 1, 2))) == []


def test_words_are_found_in_texts_and_in_what_is_read_out_but_not_in_code() -> None:
    html = '<p title="⟦a⟧ b">⟦c <b>d</b>⟧ e 7<img alt="f"><style>g</style></p>'
    assert visible_words_outside_marks(html) == ["e", "b", "f"]


@pytest.mark.parametrize("text", ["⟦a", "a⟧", "⟦a ⟦b⟧ c⟧"])
def test_half_a_mark_is_an_error_and_hides_nothing(text: str) -> None:
    with pytest.raises(ValueError, match="message"):
        words_outside_marks(text)
