"""The referral page in another language: the same page, the same answers, and another language's words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from streamlit.testing.v1 import AppTest

from locator.language import Language, language_of, speaking
from locator.referral.content import in_current_language, read_content
from tests.support.page_visits import forget_everything, place_buttons
from tests.support.referral_visits import FIELD, Seen, opened, params_of, press_choose, seen, submit

ROOT: Final = Path(__file__).resolve().parents[2]
CONTENT: Final = read_content(ROOT / "data" / "referral.toml")
THE_SAME_IN_SPANISH: Final = {"No", "Pelvis"}
LINKED: Final = {"from": "55407", "evaluation": "chaska", "procedure": "maple-grove"}


@pytest.fixture(autouse=True)
def _a_server_of_its_own() -> Iterator[None]:
    forget_everything()
    yield
    forget_everything()


@pytest.fixture
def spanish() -> Language:
    """Spanish, which the project ships."""
    language = language_of("es")
    assert language is not None
    return language


def in_spanish(app: AppTest) -> AppTest:
    """The page after a press on the button with the language's name."""
    return app.button(key="language-es").click().run()


def words_of_page(made: Seen) -> list[object]:
    """All that the page says, but for the answers to criteria."""
    return [
        made.found.text,
        made.pairs.text,
        made.compared,
        made.total,
        made.sheet_text,
        made.app.text_input(key=FIELD).value,
    ]


def labels(app: AppTest) -> set[str]:
    """The names of headings, of all that can be pressed, typed into or chosen from, and of its choices."""
    named = (
        *app.text_input, *app.number_input, *app.selectbox, *app.checkbox, *app.button, *app.button_group,
    )  # fmt: skip
    headings = {one.value for one in (*app.header, *app.subheader)}
    downloads = {one.proto.label for one in app.get("download_button")}
    choices = {option for one in (*app.selectbox, *app.button_group) for option in one.options}
    return {one.label for one in named} | headings | downloads | choices


def test_a_switch_of_language_shows_what_a_visit_in_that_language_would() -> None:
    switched = seen(in_spanish(opened(**LINKED)))
    arrived = seen(opened(**LINKED, lang="es"))
    assert words_of_page(switched) == words_of_page(arrived)
    assert words_of_page(switched) != words_of_page(seen(opened(**LINKED)))
    assert switched.sheet is not None
    assert switched.sheet.one("article").attributes["lang"] == "es"


def test_a_switch_of_language_keeps_the_pair_the_wishes_and_the_answers(spanish: Language) -> None:
    app = submit(opened(), "55407")
    press_choose(app, "burnsville burnsville")
    app.button_group(key="criterion-area").set_value(["Knee", "Foot"]).run()
    app.button_group(key="criterion-duration").set_value("No").run()
    app.number_input(key="sessions").set_value(6).run()
    made = seen(in_spanish(app))
    assert made.chosen == "burnsville burnsville"
    assert app.number_input(key="sessions").value == 6
    assert app.button_group(key="planned").value == "The whole way"
    with speaking(spanish):
        duration, _conservative, area, *_others = in_current_language(CONTENT).criteria
    knee, foot = area.choices[3], area.choices[5]
    assert knee != CONTENT.criteria[2].choices[3]
    said = [one.text for one in made.criteria.all("li")]
    assert any(f"{area.text} ({knee}, {foot})" in one for one in said)
    assert f"{area.text}: {knee}, {foot}" in (made.sheet_text or "")
    assert [one for one in said if duration.text in one] != []
    assert app.button_group(key="criterion-duration").value == "No"


def test_the_address_keeps_the_plan_and_the_language() -> None:
    assert params_of(in_spanish(opened(**LINKED))) == {**LINKED, "lang": "es"}


def test_the_link_that_is_handed_on_leaves_the_language_to_its_reader() -> None:
    made = seen(opened(**LINKED, lang="es"))
    assert made.link is not None
    assert "lang" not in made.link


@pytest.mark.parametrize("planned", ["The whole way", "Evaluation only"])
def test_no_name_of_anything_to_use_is_left_in_english(planned: str) -> None:
    app = submit(opened(), "55407")
    app.button_group(key="planned").set_value(planned).run()
    before = labels(app)
    assert len(before) > 50
    assert labels(in_spanish(app)) & before == THE_SAME_IN_SPANISH


@pytest.mark.parametrize("typed", ["Washington", "Qqzzxx"])
def test_a_question_about_the_place_is_asked_again_in_the_new_language(typed: str) -> None:
    app = submit(opened(), typed)
    asked, reason = app.header[0].value, [one.value for one in app.text]
    many = len(place_buttons(app))
    in_spanish(app)
    assert app.header[0].value != asked
    assert len(place_buttons(app)) == many
    if reason:
        assert app.text[0].value != reason[0]


def test_what_awaits_a_review_is_told_with_the_visits_the_criteria_and_the_sheet() -> None:
    made = seen(opened(**LINKED, lang="es"))
    told = [one.proto.body for one in made.app.get("html") if "translation-note" in one.proto.body]
    assert len(told) == 2
    assert made.sheet is not None
    note = made.sheet.one(of_class="sheet-sources").all("p")[-1].text
    assert all(note in one for one in told)
    assert (made.sheet_text or "").endswith(note)
    assert not any("translation-note" in one.proto.body for one in opened(**LINKED).get("html"))
