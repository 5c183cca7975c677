"""Baseline C: a locator of a clinic directory as it is usually made with Streamlit, folium and geopy.

A text box for a ZIP code, a filter, the ten nearest by a loop over all clinics, and one folium Marker with
popup and tooltip for each clinic that fits. The directory is the one LOCATOR_DATA_DIR names.
"""

from __future__ import annotations

import os
from pathlib import Path

import folium
import pandas as pd
import streamlit as st
from geopy.distance import geodesic
from streamlit_folium import st_folium

from benchmarks.baselines.local_map import LocalMap

DATA = Path(os.environ["LOCATOR_DATA_DIR"])
NEAREST = 10


@st.cache_data
def table(name: str) -> pd.DataFrame:
    """A CSV file of the data folder, all of it text."""
    return pd.read_csv(DATA / name, dtype=str, keep_default_na=False)


def start_of(zip_code: str) -> tuple[float, float] | None:
    """Latitude and longitude of a ZIP code."""
    zips = table("gazetteer/zips.csv")
    found = zips[zips.zip == zip_code]
    return None if found.empty else (float(found.lat_deg.iloc[0]), float(found.lon_deg.iloc[0]))


st.title("Clinics")
typed = st.text_input("ZIP code", key="typed")
need = st.selectbox("What do you need?", ["All", "evaluation", "procedure"], key="need")
clinics = table("clinics.csv")
if need != "All":
    clinics = clinics[clinics[need] == "yes"]
start = start_of(typed)
if start is not None:
    miles = [
        geodesic(start, point).miles
        for point in zip(clinics.latitude.astype(float), clinics.longitude.astype(float), strict=True)
    ]
    clinics = clinics.assign(miles=miles).sort_values("miles")
asked, shown = st.container(key="asked"), st.container(key="list")
drawn = LocalMap(tiles=None)
for row in clinics.to_dict("records"):
    popup = folium.Popup(f"<b>{row['name']}</b><br>{row['street']}, {row['city']}", max_width=260)
    place = [float(row["latitude"]), float(row["longitude"])]
    folium.Marker(place, popup=popup, tooltip=row["name"]).add_to(drawn)
places = clinics[["latitude", "longitude"]].astype(float)
drawn.fit_bounds([places.min().tolist(), places.max().tolist()])
said = st_folium(
    drawn, key="folium", height=600, use_container_width=True, returned_objects=["last_object_clicked"]
)
clicked = (said or {}).get("last_object_clicked")
asked.text(f"Near {typed or 'nowhere'}, {need}, clicked {clicked['lat'] if clicked else 'none'}")
with shown:
    for row in clinics.head(NEAREST).to_dict("records"):
        st.text(f"{row['name']}, {row['street']}, {row['city']}, {row['phone']}")
