"""The finder asked from a device's location, without a browser: used, forgotten, and safe from forgers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.device_messages import HERE, component, send

ROOT = Path(__file__).resolve().parents[2]
DULUTH = {"lat_deg": 46.79, "lon_deg": -92.1, "accuracy_m": 100}


def opened() -> AppTest:
    return AppTest.from_file(str(ROOT / "pages" / "shell.py"), default_timeout=60).run()


def found(app: AppTest) -> str:
    """What the page says it found; the run raised nothing."""
    assert [error.value for error in app.exception] == []
    said: str = json.loads(component(app, "clinic-list").json)["listing"]["found"]
    return said


def button(app: AppTest) -> dict[str, Any]:
    """What the button's script is told."""
    told: dict[str, Any] = json.loads(component(app, "locate").json)
    return told


def submit(app: AppTest, text: str) -> AppTest:
    app.text_input(key="place").set_value(text)
    (press,) = [one for one in app.button if one.label == "Find clinics"]
    return press.click().run()


def test_a_location_is_searched_from_and_its_cell_named_as_rounded() -> None:
    app = send(opened(), HERE)
    assert "We found 8 clinics near your location." in found(app)
    assert "rounded to about half a mile" in found(app)
    assert "That point may be off by up to 0.5 miles." in found(app)
    assert button(app)["in_use"]


def test_a_location_takes_the_place_of_what_was_typed_and_is_forgotten_for_what_is_typed_next() -> None:
    app = submit(opened(), "55318")
    turn = button(app)["turn"]
    app = send(app, HERE)
    assert app.text_input(key="place").value == ""
    assert button(app)["turn"] > turn
    assert "-93.26" in repr(app.session_state)
    app = submit(app, "55318")
    assert "near ZIP 55318" in found(app)
    assert not button(app)["in_use"]
    assert "-93.26" not in repr(app.session_state)


def test_a_location_is_kept_while_filters_change() -> None:
    app = send(opened(), HERE)
    turn = button(app)["turn"]
    app.checkbox(key="wheelchair").check().run()
    assert "your location" in found(app)
    assert button(app)["turn"] == turn


def test_a_location_outside_the_area_gets_the_words_for_that() -> None:
    assert "outside the Twin Cities area" in found(send(opened(), DULUTH))


def test_no_part_of_a_location_gets_into_the_address_of_the_page() -> None:
    assert "44.95" not in str(send(opened(), HERE).query_params)


@pytest.mark.parametrize(
    "forged",
    [
        None,
        "44.95,-93.26",
        [44.95, -93.26],
        {"lat_deg": "44.95", "lon_deg": -93.26, "accuracy_m": 1},
        {"lat_deg": float("nan"), "lon_deg": 0, "accuracy_m": 0},
        {**HERE, "accuracy_m": -5},
        {**HERE, "lat_deg": 10**400},
        {**HERE, "accuracy_m": 1e9},
    ],
    ids=lambda forged: repr(forged)[:30],
)
def test_a_forged_location_changes_nothing_and_raises_nothing(forged: object) -> None:
    app = opened()
    before = found(app)
    assert found(send(app, forged)) == before
