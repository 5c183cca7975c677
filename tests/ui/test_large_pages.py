"""The pages on a directory too large to show, run without a browser: a few at a time, and that is said."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from locator.presentation.paging import PAGE_SIZE
from locator.referral.comparison import MOST_CHOICES
from tests.support.device_messages import trigger
from tests.support.made_up_directory import data_folder
from tests.support.page_visits import forget_everything, html_of, map_facts, opened, page, shown, submit

SIZE = 120


@pytest.fixture(scope="module")
def large_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory of made-up clinics in the middle of the country."""
    return data_folder(tmp_path_factory.mktemp("large") / "data", SIZE)


@pytest.fixture(autouse=True)
def _a_server_of_its_own(large_data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LOCATOR_DATA_DIR", str(large_data))
    forget_everything()
    yield
    forget_everything()


def turn(app: AppTest, said: object) -> AppTest:
    """Send what the list's own script sends when a button under a group is pressed."""
    return trigger(app, "clinic-list", "turn", said)


def numbers(app: AppTest) -> list[int]:
    return [int(heading.text.partition(".")[0]) for heading in shown(app).cards.all("h3")]


def view(app: AppTest) -> dict[str, object]:
    (facts,) = [one for one in map_facts(app) if one["kind"] == "view"]
    return facts


def test_before_a_search_a_page_is_listed_and_on_the_map_and_the_rest_are_counted() -> None:
    app = opened()
    assert numbers(app) == list(range(1, PAGE_SIZE + 1))
    assert f"first {PAGE_SIZE} of {SIZE} clinics" in shown(app).found.text
    assert len(shown(app).map_ids) == PAGE_SIZE
    crowd = view(app)["crowd"]
    assert isinstance(crowd, dict)
    assert len(crowd["pinned"]) == PAGE_SIZE
    assert "A sign with a count stands for more clinics" in html_of(app)


def test_the_list_goes_on_and_back_and_the_map_with_it() -> None:
    app = opened()
    first = shown(app).ids
    turn(app, "fitting 2")
    assert numbers(app) == list(range(41, 61))
    assert shown(app).map_ids == shown(app).ids
    turn(app, "fitting 0")
    assert shown(app).ids == first


def test_another_search_or_filter_begins_at_the_top_again() -> None:
    app = submit(opened(), "55407")
    turn(app, "fitting 1")
    assert numbers(app)[0] == PAGE_SIZE + 1
    app.button_group(key="need").set_value("procedure").run()
    assert numbers(app)[0] == 1
    turn(app, "fitting 1")
    submit(app, "55101")
    assert numbers(app)[0] == 1


def test_a_click_elsewhere_leaves_the_list_where_it_is() -> None:
    app = turn(opened(), "fitting 1")
    app.run()
    assert numbers(app)[0] == PAGE_SIZE + 1


@pytest.mark.parametrize("forged", ["fitting 99999", "fitting -1", "x", None, {"part": "fitting"}, 7])
def test_nothing_forged_leaves_the_list_empty(forged: object) -> None:
    app = turn(opened(), forged)
    assert shown(app).ids


def test_a_filter_is_told_to_the_counts_and_said_beside_the_map() -> None:
    app = opened()
    assert "follow your filters" not in html_of(app)
    app.button_group(key="need").set_value("both").run()
    crowd = view(app)["crowd"]
    assert isinstance(crowd, dict)
    assert crowd["asks"] == [0, 1]
    assert "The counts follow your filters" in html_of(app)


def test_that_the_counts_know_no_distance_is_said_once_there_is_one() -> None:
    app = submit(opened(), "55407")
    assert "farther away than you chose" not in html_of(app)
    app.selectbox(key="within-en").select(5).run()
    assert "Clinics farther away than you chose are counted too" in html_of(app)


def test_a_referrer_chooses_among_few_and_is_told_so() -> None:
    app = page().switch_page("refer.py").run()
    assert [error.value for error in app.exception] == []
    assert f"first {MOST_CHOICES} of {SIZE} sites, by city" in " ".join(one.value for one in app.text)
    box = app.selectbox(key="choose-evaluation_id")
    assert len(box.options) <= MOST_CHOICES + 1
    assert len([facts for facts in map_facts(app) if facts["kind"] == "site"]) <= MOST_CHOICES


def test_a_city_brings_a_site_within_reach_that_is_not_among_the_nearest() -> None:
    app = page().switch_page("refer.py").run()
    before = set(app.selectbox(key="choose-evaluation_id").options)
    last = max(row["city"] for row in rows())
    app.text_input(key="site-city").set_value(last).run()
    now = set(app.selectbox(key="choose-evaluation_id").options)
    assert any(last in option for option in now - before)


def rows() -> list[dict[str, str]]:
    with (Path(os.environ["LOCATOR_DATA_DIR"]) / "clinics.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
