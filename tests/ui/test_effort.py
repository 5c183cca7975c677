"""It stays fast: what is loaded, made and sent is counted, and no clock is asked."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import folium
import pytest
from streamlit.testing.v1 import AppTest

from benchmarks.visitor import Response, visiting
from locator.clinics.reading import parse_directory
from locator.clinics.search import SiteIndex
from locator.geocoding.places.gazetteer import load_gazetteer
from locator.geocoding.places.offline import OfflinePlaces
from locator.presentation.overview import read_overview
from locator.ui.finder import finder_panels
from tests.support.counted_calls import counting
from tests.support.made_up_directory import data_folder
from tests.support.page_visits import page, shown, submit
from tests.support.restarting import restart
from tests.support.servers import ROOT, RunningServer, running_app
from tests.support.shipped_copy import rewrite

# A search is sent 15 messages and 55 kB today, and a card or a pin 11 messages; a little more is let through.
MOST_MESSAGES = {"search": 17, "filter": 17, "card": 13, "pin": 13}
MOST_BYTES = 60_000

NEEDED_LATER = {
    "altair",
    "fastapi",
    "folium",
    "geopy",
    "httpx",
    "matplotlib",
    "numpy",
    "openpyxl",
    "pandas",
    "pyarrow",
    "python_calamine",
    "requests",
    "scipy",
    "segno",
    "sklearn",
    "streamlit_folium",
    "tornado",
    "typst",
    "usaddress",
}
"""What only some page, some person or some question needs."""

NEEDED_BY_THE_MAP = {"folium", "numpy", "pandas", "pyarrow", "requests", "streamlit_folium"}
"""What the finder loads besides; pandas and pyarrow are folium's wish."""

# For each version of the data once, whoever asks and however often.
MADE_OF_THE_CLINICS: dict[str, Callable[..., object]] = {
    "directory": parse_directory,
    "index": SiteIndex.__init__,
    "places": OfflinePlaces.__init__,
}
MADE_OF_OTHER_FILES: dict[str, Callable[..., object]] = {
    "gazetteer": load_gazetteer,
    "overview": read_overview,
}
MADE_FOR_ALL_VERSIONS: dict[str, Callable[..., object]] = {
    "map": folium.Map.__init__,
    "layer of the map": folium.GeoJson.__init__,
}
DRAWN: dict[str, Callable[..., object]] = {"page": finder_panels.clinic_map}


def loaded_by(statement: str) -> set[str]:
    """The libraries a fresh Python has loaded after a statement."""
    script = (
        f"{statement}\nimport json, sys\nprint(json.dumps(sorted({{n.split('.')[0] for n in sys.modules}})))"
    )
    command = [sys.executable, "-c", script]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return set(json.loads(said.splitlines()[-1]))


@pytest.mark.process
def test_the_start_loads_nothing_that_is_only_needed_later() -> None:
    loaded = loaded_by("import app")
    assert "streamlit" in loaded
    assert loaded & NEEDED_LATER == set()


@pytest.mark.process
def test_the_finder_loads_nothing_that_it_does_not_use() -> None:
    loaded = loaded_by("import locator.ui.panels, locator.ui.finder.clinic_list, locator.ui.site_map")
    assert loaded & NEEDED_LATER == NEEDED_BY_THE_MAP


def visit_and_search() -> AppTest:
    return submit(submit(page().run(), "55407"), "55318")


@pytest.fixture(autouse=True)
def _nothing_made_yet() -> Iterator[None]:
    restart()
    yield
    restart()


def test_all_that_visitors_share_is_made_once_for_all_of_them(data_dir: Path) -> None:
    del data_dir
    shared = (MADE_OF_THE_CLINICS, MADE_OF_OTHER_FILES)
    with counting(*shared, MADE_FOR_ALL_VERSIONS, DRAWN) as calls:
        visit_and_search()
        once = Counter(calls)
        for _ in range(3):
            visit_and_search()
    names = [name for each in shared for name in each]
    assert [once[name] for name in names] == [1] * len(names)
    assert calls - once == {"page": 9}


def test_a_new_version_is_made_once_and_leaves_alone_what_did_not_change(data_dir: Path) -> None:
    with counting(MADE_OF_THE_CLINICS, MADE_OF_OTHER_FILES, MADE_FOR_ALL_VERSIONS) as calls:
        visit_and_search()
        before = Counter(calls)
        rewrite(data_dir, "edina", phone="612-555-0100")
        for _ in range(2):
            assert "612-555-0100" in shown(visit_and_search()).cards.text
    assert calls - before == dict.fromkeys(MADE_OF_THE_CLINICS, 1)


def sent_for_acts(port: int) -> dict[str, Response]:
    async def visit() -> dict[str, Response]:
        async with visiting(port) as visitor:
            await visitor.open()
            await visitor.read()
            await visitor.submit("55407")
            return {
                "search": await visitor.submit("55318"),
                "filter": await visitor.choose_need(2),
                "card": await visitor.choose_a_card(1),
                "pin": await visitor.click_a_pin(2),
            }

    return asyncio.run(visit())


def test_an_act_is_sent_no_more_than_it_was(app_server: RunningServer) -> None:
    for act, answer in sent_for_acts(app_server.port).items():
        assert (act, answer.messages) <= (act, MOST_MESSAGES[act])
        assert answer.received_bytes <= MOST_BYTES


@pytest.mark.process
def test_of_many_clinics_a_pin_is_sent_no_more_than_a_search(tmp_path: Path) -> None:
    data = data_folder(tmp_path / "data", 400)
    settings = {"LOCATOR_TILE_URL": "none", "LOCATOR_DATA_DIR": str(data)}
    with running_app(tmp_path / "log.txt", settings) as server:
        sent = sent_for_acts(server.port)
    assert sent["pin"].messages <= sent["search"].messages
    assert sent["pin"].received_bytes <= 1.05 * max(
        sent["search"].received_bytes, sent["filter"].received_bytes
    )


def test_a_visitor_without_a_browser_is_answered_as_one_with_it(app_server: RunningServer) -> None:
    async def visit(place: str, near: str) -> tuple[bool, bool, list[str]]:
        async with visiting(app_server.port) as visitor:
            await visitor.open()
            was_said = visitor.says(near)
            await visitor.submit(place)
            return was_said, visitor.says(near), visitor.cards()

    async def visits() -> list[tuple[bool, bool, list[str]]]:
        zips = ("55407", "55318", "55433")
        return list(await asyncio.gather(*(visit(place, f"near ZIP {place}") for place in zips)))

    answers = asyncio.run(visits())
    assert [(before, after) for before, after, _cards in answers] == [(False, True)] * 3
    assert [cards[0] for _before, _after, cards in answers] == ["edina", "chaska", "coon-rapids"]
