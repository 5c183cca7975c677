"""The measurements as one Markdown page: every aim beside what was measured, in the same order each time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.machine import Machine
from benchmarks.memory import SESSIONS
from benchmarks.nearest import BALL_TREE, OURS, Contest
from benchmarks.nearest import section as nearest_section
from benchmarks.pages import AIM_LIST, AIM_MAP, PINS, PageTimes
from benchmarks.pairing import AIM_MS, FRESH, NUMPY, SITES_A_PART, Ranker
from benchmarks.pairing import OURS as OUR_RANKER
from benchmarks.pairing import section as pairing_section
from benchmarks.placing import AIM_PER_S, Placing, table
from benchmarks.server_time import AIM_MS as SERVER_AIM_MS
from benchmarks.server_time import PIN_CLICK, SEARCH, Cost
from benchmarks.startup import Startup
from benchmarks.timing import Comparison, Spread


@dataclass(frozen=True, slots=True)
class Measurements:
    """All that one run found; `before` and `after` are sections that stand before and after the pages'."""

    machine: Machine
    contests: Sequence[Contest]
    rankers: Sequence[Ranker]
    startup: Startup
    pages: PageTimes
    placing: Sequence[Placing]
    costs: Sequence[Cost]
    before: Sequence[str]
    after: Sequence[str]


def _placing(found: Sequence[Placing]) -> str:
    aim = f"Made-up addresses; the aim is {AIM_PER_S:,} a second or more for the rows of a table."
    return f"## Placing addresses offline\n\n{aim}\n\n{table(found)}"


def render(found: Measurements) -> str:
    """The page, from one run."""
    parts = [_HEAD, _machine(found.machine), _verdicts(found), _LEARNT, nearest_section(found.contests)]
    parts.append(pairing_section(found.rankers))
    parts += [
        _startup(found.startup),
        _placing(found.placing),
        *found.before,
        _pages(found.pages),
        *found.after,
        _HOW,
    ]
    return "\n\n".join(parts) + "\n"


_HEAD = """\
# Benchmarks

Written by `make bench`, which measures all of this anew but for the web vitals, and replaces this page. Every
ratio is ours over the other's, so below 1 is faster. It is taken between measurements that ran right after
each other; given is the median of those ratios, with the smallest and the largest in brackets."""

_LEARNT = """\
## Findings

- Most of a search was not the search. Streamlit collected garbage after each run, two thirds
  of it, and folium rendered the same map anew in each. With both gone a search took an eighth of what
  it took, measured in turns: [decisions/017](decisions/017-what-a-search-costs.md).
- What is left of it is mostly Streamlit's: two short runs and 15 messages. Finding the nearest takes less
  than a tenth of a millisecond. 100,000 sites cost more than 8 because the list then has 20 cards.
- Drawing fails first, long before searching: 1,000 markers made the usual way keep the server
  busy for seconds, 10,000 for most of a minute. A list in pages and counts in place of pins keep the
  page the same size: [decisions/015](decisions/015-large-directories.md).
- With many people at once, Python's threads taking each other's place cost more than their work. One run
  at a time, first come first served, answers everybody sooner:
  [decisions/016](decisions/016-under-load.md).
- Counting instructions found what the clock could not: one candidate read too many in one query of nine."""

_HOW = """\
## How it is measured, and what that leaves out

- All on loopback, without street tiles or any other host, beside whatever else the machine was doing:
  the load average above says how busy it was. Between machines, compare ratios and not times.
- **Nearest.** The points and queries are made up and the same in every run. Contestants take turns
  within each round and get the same queries. A query begins with a latitude and longitude in degrees and
  ends with the positions of ten sites in order. "Exact" is the share of queries answered with the same
  sites in the same order as a full sort by the WGS-84 geodesic (pyproj; up to 1,000 sites the geopy
  loop, which shares no code with it, gives the same answers). BallTree measures on a sphere, so it puts
  close pairs in the wrong order. Past 1,000 sites the geopy loop is timed on 1,000 of them and scaled
  up. DuckDB's spatial extension has no index that leads to the nearest: its R-tree is asked for a box and,
  if something nearer may lie outside, for one twice as wide. PostGIS ranks by the sphere in its index, so
  16 candidates are taken and ordered by the spheroid. Their times hold what a program waits for: in DuckDB
  the planning of each query, in PostGIS a prepared statement and the way through a socket and back.
- **Page.** The list is usable at the first frame drawn in which all {pins} cards are there with a field to
  search from; the live map at the first in which all {pins} pins lie inside its frame and, on our page,
  Streamlit's page has taken the place of the first document with all {pins} cards. The browser itself takes
  the time, from the start of the navigation. Cold is a browser profile that was never there, warm its
  second visit. The servers are up and have answered one visit. The bare map page has no list: ours is set
  beside its map.
- **The bare map page** holds one `st_folium` map of the same pins, each a `folium.Marker` with popup and
  tooltip, and no list, under the same server and websocket options as the app. The usual folium page
  takes ten files from other hosts; here Leaflet comes from its own server, a few lines stand in for
  jQuery, and Bootstrap, Font Awesome and the rest are left out, as none of them may be fetched. All of
  that makes it faster than it is in use, so these ratios are on the strict side.
- **Search** is from the Enter key to the first frame in which the new list stands; the list and the
  sentence above it are written in one step. Beside it stands a page with one text box whose text is said
  back.
- **Memory** is the resident memory of the server's process. An open page's share is the slope of a line
  through the readings with 1 to {most} pages open, so it holds what the allocator keeps for later, too."""
_HOW = _HOW.format(pins=PINS, most=1 + SESSIONS)


def _machine(machine: Machine) -> str:
    rows = [
        ("date", machine.date),
        ("processor", f"{machine.cores} cores, {machine.processor}"),
        ("memory", f"{machine.memory_gb:.0f} GB"),
        ("system", machine.system),
        ("Python", machine.python),
        ("versions", ", ".join(f"{name} {version}" for name, version in machine.versions.items())),
        ("Chromium", machine.chromium),
        ("load average", f"{machine.load_before:.1f} before, {machine.load_after:.1f} after"),
        ("whole run", f"{machine.run_s:.0f} s"),
        ("repeat with", "`make bench`"),
    ]
    return "## Machine\n\n" + _table(("", ""), rows)


def _verdicts(found: Measurements) -> str:
    """Each aim of the project and whether this run met it."""
    large = [contest for contest in found.contests if contest.sites == max(c.sites for c in found.contests)]
    rows = [row for contest in large for row in _nearest_verdicts(contest)]
    rows += _pairing_verdicts(found.rankers)
    pages, startup = found.pages, found.startup
    rows += [
        _verdict(
            f"{what} usable, {how}, over the bare map page",
            _ratio(one.ratio),
            f"{aim} or less",
            one.ratio.median <= aim,
        )
        for what, how, one, aim in (
            ("list", "cold", pages.list_cold, AIM_LIST),
            ("list", "warm", pages.list_warm, AIM_LIST),
            ("live map", "cold", pages.map_cold, AIM_MAP),
            ("live map", "warm", pages.map_warm, AIM_MAP),
        )
    ]
    rows += [
        _verdict(
            "search to new list, over a text box's echo",
            _ratio(pages.search.ratio),
            "1.5 or less",
            pages.search.ratio.median <= 1.5,
        ),
        _verdict(
            "gazetteer loaded", _ms(startup.gazetteer_ms), "under 30 ms", startup.gazetteer_ms.median < 30
        ),
        _verdict(
            "command line, start-up included",
            _ms(startup.command_line_ms),
            "well under 1 s",
            startup.command_line_ms.median < 700,
        ),
    ]
    rows += [
        _verdict(
            f"server's time for a search among {cost.sites:,} sites",
            _ms(cost.processor_ms),
            f"under {SERVER_AIM_MS[cost.sites]:.0f} ms",
            cost.processor_ms.median < SERVER_AIM_MS[cost.sites],
        )
        for cost in found.costs
        if cost.action == SEARCH and cost.sites in SERVER_AIM_MS
    ]
    rows += [
        _verdict(
            f"server's time for a pin click among {cost.sites:,} sites, over a search's",
            _ratio(cost.over_search),
            "1 or less",
            cost.over_search.median <= 1,
        )
        for cost in found.costs
        if cost.action == PIN_CLICK
    ]
    return (
        "## Aims\n\nThose of memory, of many people and of tables stand with their figures below.\n\n"
        + _table(("what", "measured", "aim", "met"), rows)
    )


def _nearest_verdicts(contest: Contest) -> list[tuple[str, str, str, str]]:
    by_name = {contestant.name: contestant for contestant in contest.contestants}
    where = f"nearest 10 of {contest.sites:,}, {contest.spread_name}"
    ratio, exact = by_name[BALL_TREE].ratio, by_name[OURS].exact_share
    return [
        _verdict(f"{where}: over BallTree", _ratio(ratio), "1 or less", ratio.median <= 1),
        _verdict(f"{where}: exact", _share(exact), "100 %", exact == 1),
    ]


def _verdict(what: str, measured: str, aim: str, met: bool) -> tuple[str, str, str, str]:  # noqa: FBT001
    return what, measured, aim, "yes" if met else "**no**"


def _pairing_verdicts(rankers: Sequence[Ranker]) -> list[tuple[str, str, str, str]]:
    by_name = {ranker.name: ranker for ranker in rankers}
    fresh, ratio, exact = by_name[FRESH].rank_ms, by_name[NUMPY].ratio, by_name[OUR_RANKER].exact_share
    where = f"best 10 of {SITES_A_PART:,} x {SITES_A_PART:,} pairs"
    return [
        _verdict(f"{where}, index included", _ms(fresh), f"under {AIM_MS} ms", fresh.median < AIM_MS),
        _verdict(f"{where}: over numpy on every pair", _ratio(ratio), "1 or less", ratio.median <= 1),
        _verdict(f"{where}: exact", _share(exact), "100 %", exact == 1),
    ]


def _startup(startup: Startup) -> str:
    rows = [
        ("gazetteer loaded", _ms(startup.gazetteer_ms)),
        ("clinic directory read", _ms(startup.directory_ms)),
        ("`OfflinePlaces` made", _ms(startup.places_ms)),
        ("`SiteIndex` made", _ms(startup.index_ms)),
        ("`python -m locator nearest 55407 --json`, whole process", _ms(startup.command_line_ms)),
        ("`python -c pass`, whole process", _ms(startup.bare_python_ms)),
    ]
    return "## Getting ready\n\nOn the shipped data; median, smallest and largest.\n\n" + _table(
        ("what", "time"), rows
    )


def _pages(pages: PageTimes) -> str:
    rows = [
        _compared("list usable, cold", "bare map page", pages.list_cold),
        _compared("list usable, warm", "bare map page", pages.list_warm),
        _compared("live map and list usable, cold", "bare map page", pages.map_cold),
        _compared("live map and list usable, warm", "bare map page", pages.map_warm),
        _compared("search to new list, live page", "text box and echo", pages.search),
    ]
    head = ("what", "ours", "beside", "its time", "ours over it")
    return "## In the browser\n\n" + _table(head, rows)


def _compared(what: str, beside: str, found: Comparison) -> tuple[str, ...]:
    return what, _ms(found.ours), beside, _ms(found.baseline), _ratio(found.ratio)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _ratio(ratio: Spread) -> str:
    return f"{_short(ratio.median)} ({_short(ratio.low)} to {_short(ratio.high)})"


def _short(value: float) -> str:
    return f"{value:.2f}" if value >= 0.1 else f"{value:.1g}"


def _ms(times: Spread) -> str:
    digits = 0 if times.median >= 10 else 2
    return f"{times.median:.{digits}f} ms ({times.low:.{digits}f} to {times.high:.{digits}f})"


def _share(share: float | None) -> str:
    return "not asked" if share is None else f"{share:.0%}".replace("%", " %")
