"""What was done in the first document goes on in Streamlit's page, and nothing that a forger sends does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from locator.sites import Coordinate, Located, Origin, Precision
from locator.ui.runtime import resources
from locator.web.first_document import exact_answer
from tests.support.device_messages import trigger
from tests.support.fake_geocoder import fake_geocoder
from tests.support.first_documents import Documents
from tests.support.page_visits import (
    ALL_IDS,
    forget_everything,
    html_of,
    opened,
    place_buttons,
    shown,
    submit,
)

HOUSE = Located(
    Origin("12 Nowhere Street", Coordinate(44.93817, -93.25629), Precision.ADDRESS, 60.0, "Fake Service")
)


@pytest.fixture(autouse=True)
def _a_server_of_its_own() -> Iterator[None]:
    forget_everything()
    yield
    forget_everything()


def hand_over(app: AppTest, *fields: tuple[str, str], turn: int = 1) -> AppTest:
    """Send what takeover.js sends of a form that was answered before this page was there."""
    return trigger(app, "handover", "take", {"turn": turn, "fields": [list(pair) for pair in fields]})


def test_a_search_is_asked_again_from_its_form() -> None:
    app = hand_over(opened(), ("place", "55407"), ("find", "yes"), ("need", "any"))
    here = shown(app)
    assert here.data["taken"] == 1
    assert app.text_input(key="place").value == "55407"
    asked = shown(submit(opened(), "55407"))
    assert (here.found.text, here.ids) == (asked.found.text, asked.ids)


def test_need_and_filters_are_set_as_they_were() -> None:
    app = hand_over(
        opened(),
        ("place", "55407"),
        ("need", "procedure"),
        ("within", "25"),
        ("weekday", "0"),
        ("wheelchair", "on"),
    )
    there = Documents(practice_phone=resources.settings().practice_phone).parts(
        {"place": "55407", "need": "procedure", "within": "25", "weekday": "0", "wheelchair": "on"}
    )
    assert shown(app).data["found"] == there["found"]
    assert app.checkbox(key="wheelchair").value
    assert app.session_state["need"] == "procedure"
    # They can be changed as ever.
    app.checkbox(key="wheelchair").uncheck().run()
    assert "wheelchair" not in shown(app).found.text


def test_a_suggestion_that_was_taken_is_what_the_field_says() -> None:
    app = hand_over(opened(), ("place", "Minneapolsi"), ("instead", "Minneapolis, MN"))
    assert app.text_input(key="place").value == "Minneapolis, MN"
    assert "near Minneapolis" in shown(app).found.text
    assert place_buttons(app) == []


def test_where_the_device_was_is_searched_from() -> None:
    app = hand_over(opened(), ("lat_deg", "44.95"), ("lon_deg", "-93.26"), ("accuracy_m", "100"))
    assert "your location" in shown(app).found.text.lower()
    assert app.text_input(key="place").value == ""


def test_a_second_question_takes_the_place_of_the_first() -> None:
    app = hand_over(opened(), ("place", "55407"))
    app = hand_over(app, ("place", "Duluth"), turn=2)
    assert shown(app).data["taken"] == 2
    assert "Duluth" in shown(app).found.text


def test_a_service_that_has_answered_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    address = "12 Nowhere Street, Minneapolis MN 55407"
    sealed = exact_answer.sealed(address, HOUSE)
    with fake_geocoder() as server:
        variables = {"SERVICE": "nominatim", "ARGUMENTS__DOMAIN": server.host, "ARGUMENTS__SCHEME": "http"}
        for name, value in variables.items():
            monkeypatch.setenv(f"LOCATOR_PATIENT_GEOCODER__{name}", value)
        yes = (("place", address), ("exactly", "on"), ("find", "yes"))
        app = hand_over(opened(), *yes, ("sealed", sealed))
        assert "near 12 Nowhere Street" in shown(app).found.text
        # What was not answered there, and another text, is looked up without it.
        for other in (yes, (("place", "55407"), ("sealed", sealed))):
            assert "near ZIP 55407" in shown(hand_over(opened(), *other)).found.text
        assert server.arrivals == []


def test_what_was_counted_there_is_not_counted_here(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert data_dir.exists()
    monkeypatch.setenv("LOCATOR_STAFF__OIDC_EDITORS", "pat@example.org")
    app = hand_over(opened(), ("place", "55407"), ("find", "yes"))
    app.run()
    assert dict(resources.view_counts().counts()) == {}
    # Another search is another.
    submit(app, "Duluth")
    assert sum(resources.view_counts().counts().values()) == 1


MANY = [["place", "55407"]]
FORGED: list[Any] = [
    None,
    "place=55407",
    55407,
    [],
    [1, MANY],
    {},
    {"turn": 1},
    {"fields": MANY},
    {"turn": "1", "fields": MANY},
    {"turn": 1.5, "fields": MANY},
    {"turn": None, "fields": MANY},
    {"turn": 0, "fields": MANY},
    {"turn": -1, "fields": MANY},
    {"turn": 10**9, "fields": MANY},
    {"turn": True, "fields": {"place": "55407"}},
    {"turn": 1, "fields": "place"},
    {"turn": 1, "fields": None},
]


@pytest.mark.parametrize("sent", FORGED, ids=str)
def test_what_no_script_of_ours_sends_is_ignored(sent: object) -> None:
    app = opened()
    before = shown(app).found.text
    after = shown(trigger(app, "handover", "take", sent))
    assert after.found.text == before
    assert after.data["taken"] == 0


@pytest.mark.parametrize(
    "fields",
    [
        [
            None,
            1,
            "place",
            ["place"],
            ["place", 55407],
            ["place", "x", "y"],
            [["place"], "x"],
            {"place": "x"},
        ],
        [["place", {"a": 1}], [1, "x"]],
        [["no such field", "x"]] * 10_000,
        [["need", "surgery"], ["within", "7"], ["weekday", "9"], ["sealed", "x.y"], ["turn", "fitting x"]],
        [["lat_deg", "1e999"], ["lon_deg", "nan"], ["accuracy_m", "-1"]],
        [["sealed", "\ud800.\udfff"], ["sealed", "x.\ud800"]],
    ],
    ids=range(6),
)
def test_of_a_form_only_what_a_form_can_have_is_taken(fields: list[Any]) -> None:
    app = trigger(opened(), "handover", "take", {"turn": 1, "fields": fields})
    assert set(shown(app).ids) == ALL_IDS
    assert app.text_input(key="place").value == ""


@pytest.mark.parametrize(
    "place", ["x" * 500_000, "\ud800", "a\x00b", "<script>alert(1)</script>"], ids=range(4)
)
def test_any_text_at_all_is_only_a_place_that_is_not_known(place: str) -> None:
    app = trigger(opened(), "handover", "take", {"turn": 1, "fields": [["place", place]]})
    assert set(shown(app).ids) == ALL_IDS
    assert len(app.text_input(key="place").value or "") < 1_000
    assert "<script>alert" not in html_of(app) + shown(app).data["found"]
