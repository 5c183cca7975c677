"""The map: its base, its pins and clusters, drawn by folium from data that no template ever evaluates.

`folium_map` is taken from its own module: folium loads for half a second, and the server starts without it.
"""

from locator.presentation.map.clusters import Crowd, crowd_of
from locator.presentation.map.features import Focus, PinLabel
from locator.presentation.map.points_file import PointsFile, points_file, points_name

__all__ = [
    "Crowd",
    "Focus",
    "PinLabel",
    "PointsFile",
    "crowd_of",
    "points_file",
    "points_name",
]
