"""Visits to the referral page without a browser."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from streamlit.testing.v1 import AppTest

from tests.support.page_visits import (
    map_facts,
    page,
)
from tests.support.parsed_html import Element, parse

FIELD = "patient-place"


ADDRESS = "https://locator.example/refer"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a referrer sees after a run that raised nothing; without a plan there is no sheet and no link."""

    app: AppTest
    found: Element
    pairs: Element
    chosen: str
    sheet: Element | None
    sheet_text: str | None
    link: str | None

    @property
    def groups(self) -> dict[str, list[str]]:
        """The choices offered under each heading."""
        return {
            section.one("h2").text: [one.attributes["data-choose"] for one in section.all("button")]
            for section in self.pairs.all("section")
            if section.all("button")
        }

    @property
    def notes(self) -> list[str]:
        """What is worth knowing."""
        return [note.text for list_ in self.pairs.all("ul") for note in list_.all("li")]

    @property
    def compared(self) -> dict[str, list[str]]:
        """The comparison's rows; the sites themselves are under "Sites"."""
        (table,) = self._html_with("<table>")
        rows = {row.one("th").text: [cell.text for cell in row.all("td")] for row in table.all("tr")[1:]}
        return {"Sites": [head.text for head in table.all("tr")[0].all("th")]} | rows

    @property
    def total(self) -> str:
        """The sentence on all the travel."""
        (journey,) = self._html_with('class="journey-total"')
        return journey.one(of_class="journey-total").text

    @property
    def criteria(self) -> Element:
        """What the answers say of the criteria."""
        (said,) = self._html_with('class="criteria-said"')
        return said

    @property
    def map_ids(self) -> list[str]:
        """The sites on the map, in order."""
        return [facts["id"] for facts in map_facts(self.app) if facts["kind"] == "site"]

    @property
    def ways(self) -> list[list[float]]:
        """Where the lines on the map end."""
        return [facts["to"] for facts in map_facts(self.app) if facts["kind"] == "way"]

    def _html_with(self, mark: str) -> list[Element]:
        return [parse(one.proto.body) for one in self.app.get("html") if mark in one.proto.body]


def seen(app: AppTest) -> Seen:
    """The page after a run that raised nothing."""
    assert [error.value for error in app.exception] == []
    sent = {one.key: json.loads(one.proto.json) for one in app.get("bidi_component") if one.proto.json}
    listed, sheet = sent["pair-list"], sent.get("referral-sheet")
    return Seen(
        app,
        found=parse(listed["found"]),
        pairs=parse(listed["pairs"]),
        chosen=listed["chosen"],
        sheet=parse(sheet["sheet"]) if sheet else None,
        sheet_text=" ".join(sheet["text"].split()) if sheet else None,
        link=sheet["link"] if sheet else None,
    )


def opened(**params: str) -> AppTest:
    """The page, come to by a link with these parameters."""
    app = page().switch_page("refer.py")
    app.context["url"] = ADDRESS
    for name, text in params.items():
        app.query_params[name] = text
    return app.run()


def submit(app: AppTest, text: str) -> AppTest:
    """Type a place and press the form's button."""
    app.text_input(key=FIELD).set_value(text)
    (button,) = [one for one in app.button if one.label == "Show sites"]
    return button.click().run()


def press_choose(app: AppTest, option: str) -> Seen:
    """What the browser sends when an option's button is pressed, which AppTest has no words for."""
    (list_id,) = [one.proto.id for one in app.get("bidi_component") if one.key == "pair-list"]
    states = app._tree.get_widget_states()  # noqa: SLF001
    pressed = states.widgets.add()
    pressed.id = f"$$STREAMLIT_INTERNAL_KEY_{list_id}__events"
    pressed.json_trigger_value = json.dumps([{"event": "choose", "value": option}])
    return seen(app._run(states))  # noqa: SLF001


def params_of(app: AppTest) -> dict[str, Any]:
    """The parameters in the address bar."""
    return {name: app.query_params[name] for name in app.query_params}
