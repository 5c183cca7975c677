"""A map layer whose script is written once, but for its features: not in every run, and not by visitor."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class LayerScript:
    """The script of a GeoJSON layer, without its features."""

    before: str
    after: str

    @classmethod
    def around(cls, script: str) -> LayerScript:
        """A layer's script as folium writes it, less the features that it was written with."""
        begins = script.index("_add({") + len("_add(")
        _features, ends = json.JSONDecoder().raw_decode(script, begins)
        return cls(script[:begins], script[ends:])


class ReadyLayer:
    """A layer for st_folium, with just what st_folium asks of one.

    Its features are JSON in a constant script: they come near no template, and rendering takes no time.
    """

    _name = "FeatureGroup"

    def __init__(self, script: LayerScript, features: Sequence[Mapping[str, Any]]) -> None:
        self._id = ""
        self._children: dict[str, Any] = {}
        collection = {"features": features, "type": "FeatureCollection"}
        self._script = script.before + json.dumps(collection, sort_keys=True) + script.after

    @property
    def _template(self) -> ReadyLayer:
        return self

    @property
    def module(self) -> ReadyLayer:
        """Where st_folium looks for a layer's script."""
        return self

    def script(self, _layer: object) -> str:
        """The whole script."""
        return self._script

    def add_to(self, _map: object) -> None:
        """Change nothing: the map is everybody's, and the script puts the layer on it in the browser."""

    def render(self) -> None:
        """Do nothing: the script is there."""
