"""The nearest of many points as PostGIS finds them: a KNN index in a PostgreSQL of this benchmark's own."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from locator.sites import Coordinate
from scripts.nominatim.cluster import cluster_environ, database_programs, postgis_control, running_cluster

if TYPE_CHECKING:
    from psycopg import Connection

_OWNER: Final = "benchmark"
# The index ranks by the sphere: of somewhat more than are wanted, the spheroid picks and orders.
_CANDIDATES: Final = 16
_HERE: Final = "ST_MakePoint(%(lon_deg)s, %(lat_deg)s)::geography"
_NEAREST: Final = f"""
with candidates as materialized (select id, place from sites order by place <-> {_HERE} limit {_CANDIDATES})
select id from candidates order by ST_Distance(place, {_HERE}), id limit %(count)s
"""  # noqa: S608 - both are constants of this module


@contextmanager
def running_postgis() -> Iterator[Connection | None]:
    """A connection to a new, empty database with PostGIS; None where it or its client is not installed."""
    programs = _programs()
    if programs is None:
        yield None
        return
    import psycopg  # noqa: PLC0415 - installed for the benchmarks alone

    # Elsewhere the account may not get to it, or the database's socket may get too long a name.
    with tempfile.TemporaryDirectory(prefix="postgis-", dir="/tmp") as folder:
        environ = cluster_environ(Path(folder), programs, role=_OWNER)
        with (
            running_cluster(Path(folder), environ),
            psycopg.connect(host=folder, user=_OWNER, dbname="postgres", autocommit=True) as connection,
        ):
            connection.execute("create extension postgis")
            yield connection


def postgis_version() -> str | None:
    """What PostGIS says its release is, with PostgreSQL's; None where it is not installed."""
    programs = _programs()
    if programs is None:
        return None
    release = programs.parent.name
    said = re.search(r"default_version = '([^']+)'", postgis_control(release).read_text(encoding="utf-8"))
    return f"{said[1] if said else 'unknown'} on PostgreSQL {release}"


def index_points(connection: Connection, points: Sequence[Coordinate]) -> None:
    """Put the points, and nothing else, into the database and index them; ids are their positions."""
    connection.execute("drop table if exists sites")
    connection.execute("create table sites (id integer, place geography(point))")
    with connection.cursor() as cursor, cursor.copy("copy sites from stdin") as rows:
        for position, point in enumerate(points):
            rows.write_row((position, f"POINT({point.lon_deg!r} {point.lat_deg!r})"))
    connection.execute("create index on sites using gist (place)")
    connection.execute("vacuum analyze sites")


def nearest_by_postgis(connection: Connection, *, count: int) -> Callable[[Coordinate], Sequence[int]]:
    """A search for the nearest `count` of the points that `index_points` put in, ordered by the spheroid."""

    def search(origin: Coordinate) -> Sequence[int]:
        asked = {"lon_deg": origin.lon_deg, "lat_deg": origin.lat_deg, "count": count}
        return [row[0] for row in connection.execute(_NEAREST, asked, prepare=True)]

    return search


def _programs() -> Path | None:
    """The database's programs, where its client is installed too."""
    return database_programs() if find_spec("psycopg") else None
