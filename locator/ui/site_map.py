"""Sites on a map that stays in place while its pins change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import streamlit as st
from streamlit_folium import st_folium

from locator import mapview
from locator.settings import Settings
from locator.sites import Origin, Site
from locator.ui import resources

_KEY: Final = "folium"
_HEIGHT_PX: Final = 600


def show(  # noqa: PLR0913 - each is one thing the map shows or tells
    pins: Sequence[mapview.PinLabel],
    origin: Origin | None,
    settings: Settings,
    *,
    focus: mapview.Focus | None = None,
    ways_to: Sequence[Site] = (),
    on_pin: Callable[[str], None] | None = None,
) -> None:
    """The sites, the area searched from and a straight line from it to each of `ways_to`.

    `on_pin` is told the id of a site whose pin is clicked; without it a click costs the server nothing.
    """
    with st.container(key="map"):
        st_folium(
            mapview.base_map(resources.assets_path(), _tiles(settings)),
            key=_KEY,
            height=_HEIGHT_PX,
            use_container_width=True,
            returned_objects=["last_object_clicked", "last_object_clicked_count"] if on_pin else [],
            feature_group_to_add=mapview.site_layer(pins, origin=origin, focus=focus, ways_to=ways_to),
            on_change=(lambda: _clicked(pins, on_pin)) if on_pin else None,
            # It renders what it needs all the same; this leaves out a second rendering of everything.
            render=False,
        )


def _clicked(pins: Sequence[mapview.PinLabel], on_pin: Callable[[str], None]) -> None:
    clicked: Any = st.session_state.get(_KEY, {}).get("last_object_clicked")
    if not clicked:
        return
    for pin in pins:
        point = pin.site.pin.point if pin.site.pin else None
        if point is not None and (point.lat_deg, point.lon_deg) == (clicked["lat"], clicked["lng"]):
            on_pin(pin.site.site_id)


def _tiles(settings: Settings) -> mapview.TileLayer | None:
    if settings.tile_url is None:
        return None
    return mapview.TileLayer(settings.tile_url, settings.tile_attribution, settings.tile_attribution_url)
