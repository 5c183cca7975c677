"""folium's map with its assets from the baseline's own server."""

from __future__ import annotations

from typing import Any

import folium


class LocalMap(folium.Map):
    """The stock map, but its assets come from this server: the benchmark reaches no other."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - folium's own options
        self.default_js = [
            ("leaflet", "/assets/leaflet/leaflet.js"),
            ("stand-ins", "/assets/own/stand_ins.js"),
        ]
        self.default_css = [("leaflet", "/assets/leaflet/leaflet.css")]
        super().__init__(**options)
