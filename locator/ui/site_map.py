"""Sites on a map that stays in place while its pins change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import streamlit as st
from streamlit_folium import st_folium

from locator.presentation.map import Clusters, folium_map
from locator.settings import Settings
from locator.sites import Coordinate, Origin, Site
from locator.ui.runtime import resources

_HEIGHT_PX: Final = 600
_PIN_CLICKED: Final = ("last_object_clicked", "last_object_clicked_count")
_EAST_MOST_DEG: Final = 180
_POINT_CLICKED: Final = ("last_clicked",)


def show_site_map(  # noqa: PLR0913 - each is one thing the map shows or tells
    pins: Sequence[folium_map.PinLabel],
    origin: Origin | None,
    settings: Settings,
    *,
    focus: folium_map.Focus | None = None,
    ways_to: Sequence[Site] = (),
    on_pin: Callable[[str], None] | None = None,
    on_point: Callable[[Coordinate], None] | None = None,
    moves: Sequence[tuple[Coordinate, Coordinate]] = (),
    clusters: Clusters | None = None,
    key: str = "map",
) -> None:
    """The sites, the area searched from and a straight line from it to each of `ways_to`, and along `moves`.

    The clinics of `clusters` are drawn as counts by area. `on_pin` gets the id of a site whose pin is
    clicked, `on_point` a point that is clicked or where a pin is put down; without them a click costs the
    server nothing.
    """
    returned_objects = [*(_PIN_CLICKED if on_pin else ()), *(_POINT_CLICKED if on_point else ())]
    st_folium(
        folium_map.shared_base_map(resources.assets_path(), _tiles(settings)),
        key=f"folium-{key}",
        height=_HEIGHT_PX,
        use_container_width=True,
        returned_objects=returned_objects,
        feature_group_to_add=[
            folium_map.site_layer(
                pins, origin=origin, focus=focus, ways_to=ways_to, moves=moves, clusters=clusters
            )
        ],
        on_change=(lambda: _clicked(f"folium-{key}", pins, on_pin, on_point)) if returned_objects else None,
        # It renders what it needs all the same; this leaves out a second rendering of everything.
        render=False,
    )


def _clicked(
    key: str,
    pins: Sequence[folium_map.PinLabel],
    on_pin: Callable[[str], None] | None,
    on_point: Callable[[Coordinate], None] | None,
) -> None:
    clicks: Any = st.session_state.get(key, {})
    point_clicked = clicks.get("last_clicked")
    # A map of the world repeats itself to the sides; what lies there is nowhere.
    if on_point and point_clicked and abs(point_clicked["lng"]) <= _EAST_MOST_DEG:
        on_point(Coordinate(point_clicked["lat"], point_clicked["lng"]))
    clicked = clicks.get("last_object_clicked")
    if not (on_pin and clicked):
        return
    for pin in pins:
        point = pin.site.pin.point if pin.site.pin else None
        if point is not None and (point.lat_deg, point.lon_deg) == (clicked["lat"], clicked["lng"]):
            on_pin(pin.site.site_id)


def _tiles(settings: Settings) -> folium_map.TileLayer | None:
    if settings.tile_url is None:
        return None
    return folium_map.TileLayer(settings.tile_url, settings.tile_attribution, settings.tile_attribution_url)
