"""The map: its base, its pins and clusters, drawn by folium from data that no template ever evaluates.

`folium_map` is taken from its own module: folium loads for half a second, and the server starts without it.
"""

from locator.presentation.map.clusters import Clusters, PointsFile, clusters_of, points_file, points_name
from locator.presentation.map.features import Focus, PinLabel
from locator.presentation.map.labels import pin_labels, what_counts_mean

__all__ = [
    "Clusters",
    "Focus",
    "PinLabel",
    "PointsFile",
    "clusters_of",
    "pin_labels",
    "points_file",
    "points_name",
    "what_counts_mean",
]
