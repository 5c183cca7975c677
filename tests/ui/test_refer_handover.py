"""What was asked of the first document of the referral page is asked again on Streamlit's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from locator.settings import load_settings
from tests.support.device_messages import trigger
from tests.support.page_visits import forget_everything
from tests.support.parsed_html import one_line
from tests.support.payloads import PAYLOADS
from tests.support.referral_visits import ADDRESS, FIELD, Seen, opened, seen
from tests.support.scriptless_browser import Browser, first_documents

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _a_server_of_its_own() -> Iterator[None]:
    forget_everything()
    yield
    forget_everything()


def handed_over(fields: list[list[str]]) -> Seen:
    return seen(trigger(opened(), "handover", "take", {"turn": 1, "fields": fields}))


def test_all_that_was_asked_chosen_and_answered_is_taken_over() -> None:
    here = Browser.at(first_documents(load_settings(ROOT).with_data()), "/refer").submit(place="55407")
    here.submit(
        sessions="5",
        weekday="1",
        wheelchair="on",
        evaluation_id="chaska",
        procedure_id="maple-grove",
        **{"criterion-duration": "no", "criterion-area": ["Hip", "Knee"], "criterion-nerve-source": "yes"},
    )
    fields = [[name, text] for name, texts in here.fields().items() for text in texts]
    there = handed_over(fields)
    assert there.app.text_input(key=FIELD).value == "ZIP 55407 (Minneapolis, MN)"
    assert there.app.number_input(key="sessions").value == 5
    assert there.app.checkbox(key="wheelchair").value
    assert there.found.text == here.part("found").text
    assert there.total == here.part("journey").one(of_class="journey-total").text
    assert there.criteria.one(of_class="criteria-said").text == (
        here.part("said").one(of_class="criteria-said").text
    )
    assert there.link == f"{ADDRESS}?from=55407&evaluation=chaska&procedure=maple-grove"
    assert there.sheet_text == one_line(here.part("sheet").one("textarea").text)


def test_where_nobody_chose_the_best_pair_goes_on_following_the_wishes() -> None:
    here = Browser.at(first_documents(load_settings(ROOT).with_data()), "/refer").submit(place="55407")
    fields = [[name, text] for name, texts in here.fields().items() for text in texts]
    there = handed_over(fields)
    assert there.chosen == "edina burnsville"
    alone = seen(there.app.button_group(key="planned").set_value("Evaluation only").run())
    assert alone.chosen == "edina"


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "text",
        {"turn": "1", "fields": []},
        {"turn": 1, "fields": "text"},
        {"turn": -1, "fields": [["place", "55407"]]},
        {"turn": 1, "fields": [["place"], [1, 2], "place", ["criterion-nowhere", "yes"], ["sessions", "-4"]]},
        {"turn": 1, "fields": [[name, text] for text in PAYLOADS.values() for name in ("place", "choose")]},
    ],
)
def test_what_no_document_of_ours_sends_harms_nothing(sent: object) -> None:
    there = seen(trigger(opened(), "handover", "take", sent))
    assert there.app.number_input(key="sessions").value == 3
    assert there.sheet is None
