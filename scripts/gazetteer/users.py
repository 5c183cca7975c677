"""Who writes which place name: the people of a ZIP, shared out among the names it answers to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scripts.gazetteer.spread import Disc, distance_mi, parts

Floats = NDArray[np.float64]


def share_out(people: Sequence[Disc], grounds: Sequence[Disc]) -> list[list[Disc]]:
    """Where the people of one ZIP live who write each of its names, in the order of the names.

    `grounds` are the discs of the places named, that of the first name first. No source says how the borders
    run between them: half the people at a spot go by the sizes of the places, half by the distances alone.
    """
    users: list[list[Disc]] = [[] for _ in grounds]
    spots = [part for disc in people for part in parts(disc)]
    reach_mi = np.array([[distance_mi(spot.point, ground.point) for spot in spots] for ground in grounds])
    ground_mi = np.array([ground.radius_mi for ground in grounds])
    shares = (name_shares(reach_mi, ground_mi) + name_shares(reach_mi, 0 * ground_mi)) / 2
    for found, row in zip(users, shares.tolist(), strict=True):
        found.extend(
            Disc(spot.point, spot.radius_mi, spot.weight * share)
            for spot, share in zip(spots, row, strict=True)
            if share
        )
    return users


def name_shares(reach_mi: Floats, ground_mi: Floats, *, first_is_home: bool = True) -> Floats:
    """Share of the people at each spot of a ZIP who write each of its names; names by spots, the first first.

    `reach_mi` is the distance from each name's place to each spot, `ground_mi` the radius of each place. One
    person in as many as there are names writes the first, wherever they live. The rest write that of the
    place they live in: the one whose disc their spot lies deepest in or least far from; equals share evenly.
    Without `first_is_home` none of the rest live in the first.
    """
    names = len(reach_mi)
    start = 0 if first_is_home or names == 1 else 1
    shares = np.zeros_like(reach_mi)
    shares[0] = 1 / names
    depth = reach_mi[start:] ** 2 - ground_mi[start:, None] ** 2
    home = depth == depth.min(axis=0)
    shares[start:] += (1 - 1 / names) * home / home.sum(axis=0)
    return shares
