"""Visits to the finder's page without a browser."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from tests.support.device_messages import trigger
from tests.support.map_told import FACTS, decoded
from tests.support.parsed_html import Element, parse
from tests.support.restarting import restart

ROOT = Path(__file__).resolve().parents[2]


ALL_IDS = {
    "burnsville",
    "chaska",
    "coon-rapids",
    "delano",
    "edina",
    "maple-grove",
    "maplewood",
    "shakopee",
}


PROCEDURE_IDS = {"maple-grove", "burnsville"}


@dataclass(frozen=True, slots=True)
class Shown:
    """What a person sees after a run: the page and, parsed, its list of clinics."""

    app: AppTest
    found: Element
    cards: Element
    data: dict[str, Any]

    @property
    def ids(self) -> list[str]:
        """The clinics listed, in order."""
        return [card.attributes["data-site"] for card in self.cards.all("li", of_class="clinic")]

    @property
    def groups(self) -> dict[str, list[str]]:
        """The clinics under each heading."""
        return {
            section.one("h2").text: [
                card.attributes["data-site"] for card in section.all("li", of_class="clinic")
            ]
            for section in self.cards.all("section")
        }

    @property
    def map_ids(self) -> list[str]:
        """The clinics on the map, in order."""
        return [facts["id"] for facts in map_facts(self.app) if facts["kind"] == "site"]


def map_facts(app: AppTest) -> list[dict[str, Any]]:
    """The facts of each feature that is sent to the map."""
    (sent,) = app.get("component_instance")
    layer = json.loads(sent.proto.json_args)["feature_group"]
    return [decoded(text) for text in FACTS.findall(layer)]


def shown(app: AppTest) -> Shown:
    """The page after a run that raised nothing."""
    assert [error.value for error in app.exception] == []
    (sent,) = [one for one in app.get("bidi_component") if one.key == "clinic-list"]
    data = json.loads(sent.proto.json)["listing"]
    return Shown(app, parse(data["found"]), parse(data["cards"]), data)


def forget_everything() -> None:
    restart()


def page() -> AppTest:
    return AppTest.from_file(str(ROOT / "pages" / "shell.py"), default_timeout=60)


def opened() -> AppTest:
    return page().run()


def submit(app: AppTest, text: str) -> AppTest:
    """Type a place and press the form's button."""
    app.text_input(key="place").set_value(text)
    (button,) = [one for one in app.button if one.label == "Find clinics"]
    return button.click().run()


def send(app: AppTest, sent: object, event: str = "report") -> AppTest:
    """Send what the list's own script would send when a report is made, or anything a forger would."""
    return trigger(app, "clinic-list", event, sent)


def html_of(app: AppTest) -> str:
    return " ".join(one.proto.body for one in app.get("html"))


def place_buttons(app: AppTest) -> list[str]:
    return [one.label for one in app.button if (one.key or "").startswith("place-")]
