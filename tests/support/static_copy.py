"""Saved copies for tests: of the shipped directory, and of a made-up one that is larger and odder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from random import Random

from locator.clinics.reading import ServedDirectory, read_directory
from locator.geocoding.places.gazetteer import Gazetteer, load_gazetteer
from locator.presentation.overview import read_overview
from locator.publication.static_site.files import site_files
from locator.publication.static_site.folder import replace_folder
from locator.publication.static_site.source import Source
from locator.settings.loading import Settings
from locator.sites import UNKNOWN_CLAIM, Answer, Coordinate, Site, Wheelchair
from tests.support.samples import CONFIRMED_NO, CONFIRMED_YES, PROVISIONAL_YES, make_site
from tests.support.servers import ROOT

TODAY = date(2026, 11, 22)
DATA = ROOT / "data"
PHONE = "612-555-0199"


@cache
def gazetteer() -> Gazetteer:
    """The shipped places."""
    return load_gazetteer(DATA / "gazetteer")


@cache
def few_places() -> Gazetteer:
    """Some of them, for what is not about places: a copy holds the answer for each, which takes its time."""
    whole = gazetteer()
    zips = dict(list(whole.zips.items())[:100])
    return Gazetteer(zips, whole.cities[:100], whole.counties, whole.elsewhere[:100])


def shipped_sites() -> tuple[Site, ...]:
    """The shipped clinics."""
    return tuple(site for site in read_directory(DATA / "clinics.csv", today=TODAY).sites if site.active)


def many_sites(count: int = 200) -> tuple[Site, ...]:
    """Fake clinics all over the area, close together and far apart, with every answer to every question."""
    draw = Random(555)
    claims = (UNKNOWN_CLAIM, CONFIRMED_YES, PROVISIONAL_YES, CONFIRMED_NO)
    hours = (None, "Mo-Fr 08:00-17:00", "Tu,Th 09:00-12:00", "Sa 10:00-14:00")
    middles = [Coordinate(44.95, -93.2), Coordinate(46.8, -92.1), Coordinate(44.0, -92.5)]
    sites = []
    for number in range(count):
        middle = draw.choice(middles)
        at = Coordinate(middle.lat_deg + draw.gauss(0, 0.3), middle.lon_deg + draw.gauss(0, 0.4))
        site = make_site(
            f"fake-{number:03}",
            at if number % 40 else None,
            city=f"Testville {draw.randrange(60)}",
            evaluation=draw.choice(claims),
            procedure=draw.choice(claims),
            hours=draw.choice(hours),
            wheelchair=Wheelchair(draw.choice(tuple(Answer)), Answer.UNKNOWN, Answer.UNKNOWN),
        )
        sites.append(site)
    return tuple(sites)


def make_source(
    sites: Sequence[Site], *, today: date = TODAY, places: Gazetteer | None = None, **settings: str
) -> Source:
    """A source with these clinics, the shipped places, and no street map unless `settings` name one."""
    return Source(
        served=ServedDirectory(tuple(sites), "0123456789ab", max(site.as_of for site in sites)),
        settings=Settings(**{"practice_phone": PHONE, "tile_url": "none", **settings}),  # type: ignore[arg-type]
        overview=read_overview(DATA / "overview.md"),
        reviews={},
        gazetteer=places or gazetteer(),
        base_map=json.loads((DATA / "gazetteer" / "basemap.geojson").read_bytes()),
        today=today,
    )


def write_copy(folder: Path, source: Source) -> Path:
    """The folder with the whole copy in it."""
    replace_folder(folder, site_files(source))
    return folder
