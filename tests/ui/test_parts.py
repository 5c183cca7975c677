"""A search draws what was found again and leaves the rest of the page to the browser, whatever happens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from locator.ui import panels
from locator.ui.finder import finder_panels
from locator.ui.runtime import redraw
from tests.support.device_messages import HERE, send
from tests.support.page_visits import ALL_IDS, page, shown, submit
from tests.support.page_visits import send as send_from_list
from tests.support.restarting import restart

ABOUT = "About DRG stimulation"


class Clock:
    """A clock that somebody else winds."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        """The time."""
        return self.now_s


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(redraw, "monotonic", clock)
    return clock


@pytest.fixture(autouse=True)
def _a_server_of_its_own(data_dir: Path) -> Iterator[None]:
    del data_dir
    restart()
    yield
    restart()


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often what is around the list was drawn, and how often the list and the map were."""
    counts: Counter[str] = Counter()

    def counted(name: str, draw: Callable[..., None]) -> Callable[..., None]:
        def counting(*arguments: object, **options: object) -> None:
            counts[name] += 1
            draw(*arguments, **options)

        return counting

    monkeypatch.setattr(panels, "overview_column", counted("overview", panels.overview_column))
    monkeypatch.setattr(finder_panels, "clinic_map", counted("map", finder_panels.clinic_map))
    return counts


def fails(*_arguments: object, **_options: object) -> None:
    raise RuntimeError("made up")


def opened(clock: Clock) -> AppTest:
    """A page that has stood in the browser for a while."""
    app = page().run()
    clock.now_s += redraw.SENT_AFTER_S
    return app


def headings(app: AppTest) -> list[str]:
    return [one.value for one in app.header]


def test_a_search_and_a_filter_draw_what_was_found_and_leave_the_rest(
    clock: Clock, drawn: Counter[str]
) -> None:
    app = submit(opened(clock), "55407")
    assert shown(app).ids[0] == "edina"
    app.button_group(key="need").set_value("procedure").run()
    assert set(shown(app).groups["Nearest clinics"]) == {"burnsville", "maple-grove"}
    assert drawn == {"overview": 1, "map": 3}
    assert ABOUT in headings(app)


def test_a_page_that_was_left_unfinished_is_drawn_whole_by_the_next_act(
    monkeypatch: pytest.MonkeyPatch, clock: Clock, drawn: Counter[str]
) -> None:
    with monkeypatch.context() as unfinished:
        unfinished.setattr(panels, "foot", fails)
        app = opened(clock)
    submit(app, "55318")
    assert drawn == {"overview": 2, "map": 2}
    assert shown(app).ids[0] == "chaska"


def test_an_act_just_after_the_page_was_drawn_draws_all_of_it(drawn: Counter[str]) -> None:
    assert shown(submit(page().run(), "55318")).ids[0] == "chaska"
    assert drawn == {"overview": 2, "map": 2}


def test_a_card_draws_what_was_found_and_leaves_the_rest(clock: Clock, drawn: Counter[str]) -> None:
    assert shown(send_from_list(opened(clock), "edina", "choose")).data["chosen"] == "edina"
    assert drawn == {"overview": 1, "map": 2}


def test_a_card_pressed_just_after_the_page_was_drawn_draws_all_of_it(drawn: Counter[str]) -> None:
    assert shown(send_from_list(page().run(), "edina", "choose")).data["chosen"] == "edina"
    assert drawn == {"overview": 2, "map": 2}


def test_a_location_is_drawn_with_the_whole_page_and_so_is_what_is_asked_instead_of_it(
    clock: Clock, drawn: Counter[str]
) -> None:
    app = send(opened(clock), HERE)
    assert drawn == {"overview": 2, "map": 2}
    clock.now_s += redraw.SENT_AFTER_S
    submit(app, "55318")
    assert drawn == {"overview": 3, "map": 3}
    clock.now_s += redraw.SENT_AFTER_S
    app.button_group(key="need").set_value("procedure").run()
    assert drawn == {"overview": 3, "map": 4}


def test_where_the_list_fails_its_place_says_so_and_the_page_stands(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    app = opened(clock)
    monkeypatch.setattr(finder_panels, "findings", fails)
    submit(app, "55407")
    assert ["763-201-8191" in one.value for one in app.error] == [True]
    assert ABOUT in headings(app)
    assert [one.value for one in app.exception] == []
    monkeypatch.undo()
    assert set(shown(submit(app, "55407")).ids) == ALL_IDS
    assert [one.value for one in app.error] == []


def test_a_question_of_several_places_is_gone_with_the_next_search(clock: Clock) -> None:
    app = submit(opened(clock), "Washington")
    asked = [one for one in app.button if one.key and one.key.startswith("place-")]
    assert len(asked) > 1
    submit(app, "55407")
    assert [one for one in app.button if one.key and one.key.startswith("place-")] == []
