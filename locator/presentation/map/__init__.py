"""The map: its base, its pins and clusters, drawn by folium from data that no template ever evaluates."""

from locator.presentation.map.clusters import Crowd, crowd_of
from locator.presentation.map.features import Focus, PinLabel
from locator.presentation.map.folium_map import TileLayer, page_script
from locator.presentation.map.points_file import PointsFile, points_file, points_name

__all__ = [
    "Crowd",
    "Focus",
    "PinLabel",
    "PointsFile",
    "TileLayer",
    "crowd_of",
    "page_script",
    "points_file",
    "points_name",
]
