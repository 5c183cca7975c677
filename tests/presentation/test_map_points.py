"""The file the map counts from: every clinic with a pin, near enough where it is, with all it answers."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from locator.clinics.filters import CODES, TRAITS, Answers
from locator.clinics.search import SiteIndex
from locator.presentation.map.clusters import points_file, points_name
from locator.sites import UNKNOWN_CLAIM, Coordinate, Site
from tests.support.samples import CONFIRMED_NO, CONFIRMED_YES, MINNEAPOLIS, make_site

coordinates = st.builds(Coordinate, st.floats(24, 50), st.floats(-125, -66))
# Of the whole country, half a step of 26 and of 59 degrees.
NEAR_DEG = 0.0006


@dataclass(frozen=True, slots=True)
class Read:
    """What a browser reads: latitude, longitude and profile of each clinic."""

    points: list[tuple[float, float]]
    profiles: list[str]


def read(compressed: bytes) -> Read:
    body = gzip.decompress(compressed)
    length = int.from_bytes(body[:4], "little")
    header = json.loads(body[4 : 4 + length])
    count = header["count"]
    planes = [body[4 + length + count * n : 4 + length + count * (n + 1)] for n in range(6)]
    assert sum(map(len, planes)) == len(body) - 4 - length
    lats, lons, places = (
        [high << 8 | low for high, low in zip(planes[n], planes[n + 1], strict=True)] for n in (0, 2, 4)
    )
    (south, west), (north, east) = header["low"], header["high"]
    points = [
        (south + (north - south) * lat / 65535, west + (east - west) * lon / 65535)
        for lat, lon in zip(lats, lons, strict=True)
    ]
    return Read(points, [header["profiles"][place] for place in places])


@given(st.lists(coordinates, max_size=30))
def test_every_clinic_is_where_it_is_to_within_a_hundred_paces(places: list[Coordinate]) -> None:
    index = SiteIndex(make_site(f"fake-{n:02}", place) for n, place in enumerate(places))
    found = read(points_file(index, "v1").compressed).points
    assert len(found) == len(places)
    for site, (lat_deg, lon_deg) in zip(index.placed, found, strict=True):
        assert site.pin is not None
        assert abs(site.pin.point.lat_deg - lat_deg) <= NEAR_DEG
        assert abs(site.pin.point.lon_deg - lon_deg) <= NEAR_DEG


def test_a_profile_says_what_a_clinic_answers_to_all_that_can_be_asked() -> None:
    sites = [
        make_site("fake-a", procedure=CONFIRMED_NO, hours="Mo 08:00-12:00"),
        make_site("fake-b", evaluation=UNKNOWN_CLAIM, procedure=CONFIRMED_YES),
    ]
    profiles = read(points_file(SiteIndex(sites), "v1").compressed).profiles
    answers = Answers(sites)
    for position, profile in enumerate(profiles):
        assert [int(code) for code in profile] == [answers.trait(n)[position] for n in range(len(TRAITS))]
    assert profiles[0][:2] == f"{CODES.index(sites[0].evaluation.answer)}0"


def test_a_clinic_without_a_pin_is_not_in_it_and_shifts_no_other() -> None:
    sites = [
        make_site("fake-a", None, city="Aville", procedure=CONFIRMED_YES),
        make_site("fake-b", MINNEAPOLIS, city="Bville", procedure=CONFIRMED_NO),
    ]
    (profile,) = read(points_file(SiteIndex(sites), "v1").compressed).profiles
    assert profile[1] == "0"


def test_clinics_with_the_same_answers_share_a_profile() -> None:
    sites = [make_site(f"fake-{n}", Coordinate(44 + n / 100, -93)) for n in range(40)]
    body = gzip.decompress(points_file(SiteIndex(sites), "v1").compressed)
    header = json.loads(body[4 : 4 + int.from_bytes(body[:4], "little")])
    assert len(header["profiles"]) == 1


def test_the_same_clinics_make_the_same_file_in_any_order() -> None:
    sites: list[Site] = [make_site(f"fake-{n}", Coordinate(44 + n / 100, -93)) for n in range(5)]
    assert points_file(SiteIndex(sites), "v1") == points_file(SiteIndex(sites[::-1]), "v1")


def test_another_version_has_another_name() -> None:
    assert points_file(SiteIndex([]), "v1").name == points_name("v1") != points_name("v2")


def test_a_directory_without_a_pin_is_an_empty_file() -> None:
    assert read(points_file(SiteIndex([make_site(at=None)]), "v1").compressed) == Read([], [])
