"""The map: its base, its pins and clusters, drawn by folium from data that no template ever evaluates.

`folium_map` is taken from its own module: folium loads for half a second, and the server starts without it.
"""

from locator.presentation.map.base_layer import BaseLayer, read_base_layer
from locator.presentation.map.clusters import Clusters, PointsFile, clusters_of, points_file, points_path
from locator.presentation.map.features import Focus, PinLabel
from locator.presentation.map.labels import pin_labels, what_counts_mean
from locator.presentation.map.picture import map_picture

__all__ = [
    "BaseLayer",
    "Clusters",
    "Focus",
    "PinLabel",
    "PointsFile",
    "clusters_of",
    "map_picture",
    "pin_labels",
    "points_file",
    "points_path",
    "read_base_layer",
    "what_counts_mean",
]
