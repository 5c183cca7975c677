"""What streamlit-folium sends to the browser for a map, and what the map is told by it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from unittest import mock

import streamlit_folium

FACTS: Final = re.compile(r'"facts": "([^"]*)"')
"""A feature's facts in a layer's script, as they are sent."""

ENCODED: Final = re.compile(r"(?:[0-9a-f]{2})+")
"""What facts may be made of: nothing that any template, script or mark-up language could take for its own."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What streamlit-folium sends to the browser for a map and a layer on it."""

    html: str
    header: str
    script: str
    layer: str
    key: str
    links: Sequence[str]

    @property
    def features(self) -> list[dict[str, Any]]:
        """The decoded facts of each feature, in order."""
        return [decoded(text) for text in self.encoded]

    @property
    def encoded(self) -> list[str]:
        """The facts of each feature as they are sent."""
        return FACTS.findall(self.layer)

    def of_kind(self, kind: str) -> list[dict[str, Any]]:
        """The decoded facts of this kind."""
        return [facts for facts in self.features if facts["kind"] == kind]


def sent_for(folium_map: object, layer: object = None, *, is_rendered: bool = False) -> Sent:
    """All that `st_folium` sends for a map and a layer on it; `is_rendered` for a map that stays as it is."""
    # What st_folium hands to its component is what the browser gets, and nothing public has it.
    with mock.patch.object(streamlit_folium, "_component_func") as component:
        streamlit_folium.st_folium(
            folium_map,
            key="map",
            returned_objects=[],
            feature_group_to_add=None if layer is None else [layer],
            render=not is_rendered,
        )
    sent = component.call_args.kwargs
    return Sent(
        sent["html"],
        sent["header"],
        sent["script"],
        sent["feature_group"] or "",
        sent["key"],
        [*sent["js_links"], *sent["css_links"]],
    )


def decoded(facts: str) -> dict[str, Any]:
    """The facts of one feature."""
    told: dict[str, Any] = json.loads(bytes.fromhex(facts))
    return told


def readable(text: str) -> str:
    """All of a text, and after each run of hexadecimal digits what it stands for."""
    return re.sub(r"(?:[0-9a-f]{2}){4,}", lambda digits: f"{digits[0]} {_said(digits[0])} ", text)


def _said(digits: str) -> str:
    return bytes.fromhex(digits).decode("utf-8", errors="replace")
