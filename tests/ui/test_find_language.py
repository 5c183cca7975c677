"""The finder in another language: each thing it says is a message, or the directory's own facts."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from streamlit.testing.v1 import AppTest

from locator.geocoding.places.gazetteer import SOURCE, load_gazetteer
from locator.language import ask_when_unset, languages
from locator.presentation.overview import read_overview, texts
from locator.settings.loading import Settings
from locator.ui.runtime import visit_language
from locator.ui.runtime.visit_language import of_visit
from tests.support.page_visits import forget_everything, map_facts, shown
from tests.support.page_words import said, words_outside
from tests.support.pseudo_language import pseudo_language

ROOT: Final = Path(__file__).resolve().parents[2]
OVERVIEW: Final = read_overview(ROOT / "data" / "overview.md")
GAZETTEER: Final = load_gazetteer(ROOT / "data" / "gazetteer")


@pytest.fixture(autouse=True)
def _a_server_of_its_own(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(visit_language, "resume", lambda: None)
    forget_everything()
    with pseudo_language([*texts(OVERVIEW)]) as spoken:
        ask_when_unset(lambda: spoken)
        yield
        ask_when_unset(of_visit)
    forget_everything()


def searched(text: str, folder: Path) -> AppTest:
    """The finder, in a copy of the pages that does not settle on one of the languages that there are."""
    pages = shutil.copytree(ROOT / "pages", folder / "pages")
    shutil.copytree(
        ROOT / "locator" / "presentation" / "static", folder / "locator" / "presentation" / "static"
    )
    shell = (pages / "shell.py").read_text(encoding="utf-8")
    assert "visit_language.settle()" in shell
    (pages / "shell.py").write_text(shell.replace("visit_language.settle()", "pass"), encoding="utf-8")
    app = AppTest.from_file(str(pages / "shell.py"), default_timeout=60).run()
    app.text_input(key="place").set_value(text)
    (find,) = [one for one in app.button if one.proto.is_form_submitter]
    return find.click().run()


def known() -> set[str]:
    """What is no message: the directory's facts, names of places and of people's own websites."""
    with (ROOT / "data" / "clinics.csv").open(encoding="utf-8", newline="") as file:
        cells = {cell for row in csv.DictReader(file) for cell in row.values() if cell}
    named = {area.city for area in GAZETTEER.zips.values()} | {area.state for area in GAZETTEER.zips.values()}
    named |= {city for area in GAZETTEER.zips.values() for city in area.other_cities}
    named |= {place.name for place in GAZETTEER.cities} | {place.name for place in GAZETTEER.counties}
    named |= {text for place in GAZETTEER.elsewhere for text in (place.name, place.state)}
    facts = {OVERVIEW.source, OVERVIEW.partner_name, SOURCE, Settings().practice_name}
    planners = {"Google Maps", "Apple Maps", "OpenStreetMap"}
    return cells | named | facts | planners | {one.name for one in languages()}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "55407",
        "12 Elm St, 55369",
        "hennepin county",
        "Duluth",
        "New York",
        "Bloomington",
        "Qqzzxx",
        "5540",
        "606",
    ],
)
def test_nothing_is_said_outside_the_messages(text: str, tmp_path: Path) -> None:
    app = searched(text, tmp_path)
    page = shown(app)
    pins = [
        line
        for facts in map_facts(app)
        if facts["kind"] == "site"
        for line in (facts["name"], *facts["lines"])
    ]
    every = [*said(app), page.data["found"], page.data["cards"], *pins]
    assert len(every) > 20
    assert words_outside(every, known()) == []
