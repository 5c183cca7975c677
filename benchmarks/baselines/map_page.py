"""Baseline A: a bare page with one folium map of the clinics, each a Marker with a popup and a tooltip."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import folium
import streamlit as st
from streamlit_folium import st_folium

from benchmarks.baselines.local_map import LocalMap
from locator.clinics import read_directory

DATA = Path(__file__).resolve().parents[2] / "data"


@st.cache_data
def pins() -> list[tuple[float, float, str, str]]:
    """Latitude, longitude, name and address of each clinic with a pin."""
    sites = read_directory(DATA / "clinics.csv", today=datetime.now(UTC).date()).sites
    return [
        (site.pin.point.lat_deg, site.pin.point.lon_deg, site.title, site.address)
        for site in sites
        if site.pin is not None
    ]


clinics = LocalMap(location=[44.97, -93.32], zoom_start=9, tiles=None)
for lat_deg, lon_deg, name, address in pins():
    popup = folium.Popup(f"<b>{name}</b><br>{address}", max_width=260)
    folium.Marker([lat_deg, lon_deg], popup=popup, tooltip=name).add_to(clinics)

st.title("Clinics")
st_folium(clinics, key="folium", height=600, use_container_width=True, returned_objects=[])
