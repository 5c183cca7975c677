"""Any geopy service, asked over a real connection: honest answers, the right errors, nothing leaked."""

from __future__ import annotations

import gzip
import inspect
import logging
import threading
import time
import tomllib
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest
from geopy.geocoders import GoogleV3, Nominatim, Photon
from geopy.location import Location
from hypothesis import given
from hypothesis import strategies as st

from locator.errors import ServiceUnavailableError
from locator.geocoding.services import answers, http
from locator.geocoding.services.answers import RADIUS_M, found_in
from locator.geocoding.services.services import SERVICES, GeopyGeocoder, as_taken, make_geocoder
from locator.geocoding.types import (
    AnswerKind,
    Found,
    PostalAddress,
    RateLimitedError,
    ServiceOutageError,
    ServiceRefusedError,
    ServiceSetUpError,
    StreetGeocoder,
)
from locator.settings.geocoders import ClinicGeocoder, GeocoderTable
from locator.sites import Coordinate
from tests.support import fake_geocoder as fake
from tests.support.fake_geocoder import FakeGeocoder, fake_geocoder
from tests.support.servers import free_port

CANARY = "7719 Zanzibarcanary Pkwy"
ADDRESS = PostalAddress("12 Nowhere St", "Apt 3", "Testville", "MN", "55999")
BUDGET_S = 1.0
"""For services that take their time; those that answer get all the patience a busy machine may need."""
PATIENCE_S = 60.0
GRACE_S = 30.0
"""A deadline that is not kept is missed by minutes, so a busy machine has room."""
USER_AGENT = "DRG-Locator/0 (+https://clinic.example/)"


@pytest.fixture
def server() -> Iterator[FakeGeocoder]:
    with fake_geocoder() as running:
        yield running


def service(
    host: str,
    kind: type[Nominatim] = Nominatim,
    *,
    timeout_s: float = PATIENCE_S,
    **arguments: Any,  # noqa: ANN401
) -> GeopyGeocoder:
    """A service without guards, so that each question is one request."""
    geocoder = kind(
        domain=host,
        scheme="http",
        user_agent=USER_AGENT,
        adapter_factory=http.BoundedAdapter,
        **arguments,
    )
    return GeopyGeocoder(geocoder, name="Fake Service", attribution="© Nobody", timeout_s=timeout_s)


def ask(host: str, address: PostalAddress = ADDRESS, *, budget_s: float = PATIENCE_S) -> tuple[Found, ...]:
    """The answer, which must come within the budget and a generous grace."""
    started_s = time.monotonic()
    try:
        return service(host, timeout_s=budget_s).geocode(address, budget_s=budget_s)
    finally:
        assert time.monotonic() - started_s < budget_s + GRACE_S


def test_a_house_is_an_address_with_its_parts_and_credit(server: FakeGeocoder) -> None:
    server.behave = fake.answering([fake.house()])
    assert ask(server.host) == (
        Found(
            label="12, Nowhere Street, Testville, Minnesota, 55999, United States",
            point=Coordinate(44.98, -93.27),
            kind=AnswerKind.ADDRESS,
            uncertainty_m=50.0,
            source="Fake Service",
            attribution="© Nobody",
            city="Testville",
            state="MN",
            zip_code="55999",
        ),
    )


def test_nominatim_is_asked_in_parts_for_five_places_of_this_country_with_their_parts(
    server: FakeGeocoder,
) -> None:
    ask(server.host)
    (arrival,) = server.arrivals
    assert arrival.path == "/search"
    assert arrival.query == {
        "street": "12 Nowhere St",
        "postalcode": "55999",
        "format": "json",
        "limit": "5",
        "addressdetails": "1",
        "countrycodes": "us",
        "accept-language": "en",
        "viewbox": "-97.4,43.3,-89.4,49.5",
    }
    assert arrival.headers["User-Agent"] == USER_AGENT
    assert "Cookie" not in arrival.headers


def test_without_a_zip_nominatim_is_asked_by_city_and_state(server: FakeGeocoder) -> None:
    ask(server.host, PostalAddress("12 Nowhere St", None, "Testville", "MN"))
    query = server.arrivals[0].query
    assert (query["street"], query["city"], query["state"]) == ("12 Nowhere St", "Testville", "MN")


def test_other_services_are_asked_on_one_line_without_the_unit(server: FakeGeocoder) -> None:
    server.behave = fake.answering({"features": []})
    assert service(server.host, Photon).geocode(ADDRESS, budget_s=PATIENCE_S) == ()
    assert server.arrivals[0].query == {
        "q": "12 Nowhere St, Testville, MN 55999",
        "limit": "5",
        "lat": "44.98",
        "lon": "-93.27",
    }


def test_an_address_without_a_street_is_not_sent(server: FakeGeocoder) -> None:
    assert ask(server.host, PostalAddress(None, None, "Testville", "MN", "55999")) == ()
    assert server.arrivals == []


def test_an_empty_list_means_the_service_does_not_know(server: FakeGeocoder) -> None:
    assert ask(server.host) == ()


def test_of_a_hundred_candidates_the_first_five_count(server: FakeGeocoder) -> None:
    server.behave = fake.answering([fake.house(lat=str(44 + n / 1000)) for n in range(100)])
    assert [found.point.lat_deg for found in ask(server.host)] == [44.0, 44.001, 44.002, 44.003, 44.004]


def test_a_place_in_another_state_says_so(server: FakeGeocoder) -> None:
    server.behave = fake.answering([fake.house(state="WI")])
    assert [found.state for found in ask(server.host)] == ["WI"]


def test_nobody_listening_is_an_outage() -> None:
    with pytest.raises(ServiceOutageError):
        ask(f"127.0.0.1:{free_port()}")


@pytest.mark.parametrize("behaviour", [fake.silent, fake.one_byte_a_second, fake.one_byte_of_header_a_second])
def test_a_service_that_takes_its_time_is_an_outage_at_the_end_of_the_budget_and_is_hung_up_on(
    server: FakeGeocoder, behaviour: fake.Behaviour
) -> None:
    server.behave = behaviour
    # Long enough that no single byte is too late.
    with pytest.raises(ServiceOutageError):
        ask(server.host, budget_s=2.5)
    assert server.cut_off.wait(PATIENCE_S), "the connection was left open"
    for thread in threading.enumerate():
        if thread.name == "geocoder-request":
            thread.join(PATIENCE_S)
            assert not thread.is_alive()


@pytest.mark.parametrize(
    "behaviour",
    [
        fake.failing(500),
        fake.failing(502),
        fake.failing(503),
        fake.failing(404),
        fake.sending(b"<html><body>Welcome to the hotel's network</body></html>", Content_Type="text/html"),
        fake.sending(b'[{"lat": "44.98", "lon": "-93'),
        fake.sending(b""),
        fake.sending(b"\xff\xfe"),
        fake.sending(b"[" * 100_000),
        fake.sending(b"[{}]"),
        fake.sending(b'[{"lat": "north", "lon": "-93.27", "display_name": "x"}]'),
        fake.sending(b'[{"lat": "91", "lon": "-93.27", "display_name": "x"}]'),
        fake.sending(b'[{"lat": NaN, "lon": -93.27, "display_name": "x"}]'),
        fake.sending(b"[5]"),
        fake.sending(b"7"),
        fake.sending(b" " * 1_000_001),
        fake.sending(gzip.compress(b" " * 50_000_000), Content_Encoding="gzip"),
        fake.fifty_megabytes,
        fake.sending(b"[]", Content_Length="5000"),
    ],
)
def test_what_is_no_answer_is_an_outage_and_never_an_unknown_address(
    server: FakeGeocoder, behaviour: fake.Behaviour
) -> None:
    server.behave = behaviour
    with pytest.raises(ServiceOutageError):
        ask(server.host)


def test_an_answer_of_a_million_bytes_is_still_read(server: FakeGeocoder) -> None:
    server.behave = fake.sending(b"[" + b" " * 999_998 + b"]")
    assert ask(server.host) == ()


def test_after_an_error_the_next_question_is_answered(server: FakeGeocoder) -> None:
    server.behave = fake.InTurn([fake.failing(500), fake.answering([fake.house()])])
    with pytest.raises(ServiceOutageError):
        ask(server.host)
    assert len(ask(server.host)) == 1
    assert len(server.arrivals) == 2


@pytest.mark.parametrize("status", [401, 403, 400])
def test_a_refusal_is_the_operators_to_mend(server: FakeGeocoder, status: int) -> None:
    server.behave = fake.failing(status)
    with pytest.raises(ServiceRefusedError):
        ask(server.host)


@pytest.mark.parametrize(("status", "retry_after", "wait_s"), [(429, "17", 17), (503, "17", 17)])
def test_a_limited_rate_says_how_long_to_wait(
    server: FakeGeocoder, status: int, retry_after: str, wait_s: float
) -> None:
    server.behave = fake.failing(status, Retry_After=retry_after)
    with pytest.raises(RateLimitedError) as raised:
        ask(server.host)
    assert raised.value.retry_after_s == wait_s


@pytest.mark.parametrize("headers", [{}, {"Retry_After": ""}, {"Retry_After": "soon"}])
def test_a_limited_rate_without_a_wait_leaves_it_open(server: FakeGeocoder, headers: dict[str, str]) -> None:
    server.behave = fake.failing(429, b"no", **headers)
    with pytest.raises(RateLimitedError) as raised:
        ask(server.host)
    assert raised.value.retry_after_s is None


def test_a_date_to_come_back_at_is_a_wait_too(server: FakeGeocoder) -> None:
    at = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    server.behave = fake.failing(429, Retry_After=at)
    with pytest.raises(RateLimitedError) as raised:
        ask(server.host)
    assert raised.value.retry_after_s == pytest.approx(3600, abs=60)


def test_a_redirect_to_another_host_is_not_followed(server: FakeGeocoder) -> None:
    with fake_geocoder() as elsewhere:
        server.behave = fake.failing(302, Location=f"http://{elsewhere.host}/search?q=x")
        with pytest.raises(ServiceOutageError):
            ask(server.host)
        assert elsewhere.arrivals == []


def test_a_redirect_on_the_same_host_is_followed_but_not_for_ever(server: FakeGeocoder) -> None:
    moved = fake.failing(301, Location="/elsewhere?q=x", Set_Cookie="visitor=1")
    server.behave = fake.InTurn([moved, fake.answering([fake.house()])])
    assert len(ask(server.host)) == 1
    assert [arrival.path for arrival in server.arrivals] == ["/search", "/elsewhere"]
    assert "Cookie" not in server.arrivals[1].headers
    server.arrivals.clear()
    server.behave = moved
    with pytest.raises(ServiceOutageError):
        ask(server.host)
    assert len(server.arrivals) == 3


def test_proxies_of_the_environment_are_not_used(
    server: FakeGeocoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    monkeypatch.delenv("no_proxy", raising=False)
    server.behave = fake.answering([fake.house()])
    assert len(ask(server.host)) == 1


def test_a_configured_proxy_is_used(server: FakeGeocoder) -> None:
    with fake_geocoder() as proxy:
        proxy.behave = fake.answering([fake.house()])
        geocoder = service(server.host, proxies={"http": f"http://{proxy.host}"})
        assert len(geocoder.geocode(ADDRESS, budget_s=PATIENCE_S)) == 1
        assert (len(proxy.arrivals), len(server.arrivals)) == (1, 0)


def test_an_address_does_not_leave_this_machine_in_clear_text() -> None:
    geocoder = service("geocoder.example")
    with pytest.raises(ServiceRefusedError):
        geocoder.geocode(ADDRESS, budget_s=PATIENCE_S)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost.example", False),
        ("128.0.0.1", False),
        (None, False),
    ],
)
def test_only_this_machine_is_loopback(host: str | None, *, expected: bool) -> None:
    assert http.is_loopback(host) is expected


def told_by(host: str, address: PostalAddress) -> list[str]:
    """The traceback of the error that asking ends in, with all that led to it."""
    try:
        ask(host, address, budget_s=BUDGET_S)
    except ServiceUnavailableError as exc:
        chain = [exc, exc.__cause__, exc.__context__]
        return [line for one in chain if one for line in traceback.format_exception(one)]
    return []


def test_no_address_reaches_a_log_or_an_error_whatever_the_service_does(
    server: FakeGeocoder, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("geopy", "urllib3", "requests"):
        caplog.set_level(logging.DEBUG, logger=name)
    address = PostalAddress(CANARY, None, "Testville", "MN", "55999")
    echo = CANARY.encode()
    told: list[str] = []
    for behaviour in (
        fake.answering([fake.house(display_name=CANARY)]),
        fake.failing(500, echo),
        fake.failing(403, echo),
        fake.failing(429, echo, Retry_After=CANARY),
        fake.failing(302, echo, Location=f"http://other.example/{CANARY.replace(' ', '+')}"),
        fake.sending(echo),
        fake.answering({"error": CANARY}),
        fake.one_byte_a_second,
    ):
        server.behave = behaviour
        told += told_by(server.host, address)
    told += told_by(f"127.0.0.1:{free_port()}", address)
    logging.getLogger("locator.test").debug("a record of our own")
    heard = caplog.text + "".join(told)
    assert heard.count("Error: ") >= 7
    assert "a record of our own" in heard
    assert not any(piece in heard for piece in ("7719", "Zanzibarcanary", "%20Pkwy", "/search"))


def test_other_users_of_the_same_libraries_keep_their_logs(
    server: FakeGeocoder, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="urllib3")
    ask(server.host)
    assert caplog.records == []
    logging.getLogger("urllib3.connectionpool").debug("somebody else's request")
    assert caplog.messages == ["somebody else's request"]


def test_a_service_is_bounded_by_its_own_time_out_too(server: FakeGeocoder) -> None:
    server.behave = fake.silent
    started_s = time.monotonic()
    with pytest.raises(ServiceOutageError):
        service(server.host, timeout_s=BUDGET_S).geocode(ADDRESS, budget_s=PATIENCE_S)
    assert time.monotonic() - started_s < BUDGET_S + GRACE_S


def test_questions_left_hanging_do_not_pile_up_without_bound(server: FakeGeocoder) -> None:
    adapter = http.BoundedAdapter(proxies=None, ssl_context=None)
    geocoder = GeopyGeocoder(
        Nominatim(
            domain=server.host, scheme="http", user_agent=USER_AGENT, adapter_factory=lambda **_: adapter
        ),
        name="Fake Service",
        attribution="",
        timeout_s=PATIENCE_S,
    )
    release = threading.Event()
    answer = fake.answering([fake.house()])
    server.behave = lambda handler: answer(handler) if release.wait(PATIENCE_S) else None
    refused: SimpleQueue[ServiceOutageError] = SimpleQueue()

    def one() -> bool:
        try:
            return bool(geocoder.geocode(ADDRESS, budget_s=PATIENCE_S))
        except ServiceOutageError as exc:
            refused.put(exc)
            return False

    with ThreadPoolExecutor(20) as pool:
        asked = [pool.submit(one) for _ in range(20)]
        # Those that were let through hang until all others have been sent away.
        for _ in range(12):
            refused.get(timeout=PATIENCE_S)
        release.set()
        answered = [each.result() for each in asked]
    assert answered.count(True) == len(server.arrivals) == 8


def read(
    reader: answers.Reader, raw: dict[str, Any], label: str = "a place", asked: PostalAddress = ADDRESS
) -> Found | None:
    """What becomes of one raw answer."""
    found = found_in([Location(label, (44.98, -93.27), raw)], asked, reader, source="s", attribution="a")
    return found[0] if found else None


def kind_of(
    reader: answers.Reader, raw: dict[str, Any], label: str = "a place", asked: PostalAddress = ADDRESS
) -> AnswerKind | None:
    found = read(reader, raw, label, asked)
    return found.kind if found else None


_STREET_ONLY = {"road": "Nowhere Street", "city": "Testville"}


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, AnswerKind.ADDRESS),
        ({"class": "place", "type": "house", "osm_type": "node"}, AnswerKind.ADDRESS),
        ({"class": "place", "type": "house", "osm_type": "way"}, AnswerKind.INTERPOLATED),
        ({"class": "highway", "place_rank": 26, "address": _STREET_ONLY}, AnswerKind.STREET),
        ({"class": "amenity", "place_rank": 30, "address": _STREET_ONLY}, AnswerKind.STREET),
        ({"type": "postcode", "place_rank": 21, "address": {}}, AnswerKind.ZIP),
        ({"addresstype": "postcode", "place_rank": 11, "address": {}}, AnswerKind.ZIP),
        ({"addresstype": "city", "place_rank": 16, "address": {}}, AnswerKind.CITY),
        ({"addresstype": "county", "place_rank": 12, "address": {}}, None),
        ({"addresstype": "state", "place_rank": 8, "address": {}}, None),
        ({"place_rank": "30", "address": []}, None),
    ],
)
def test_nominatims_answers_are_taken_for_what_they_are(
    changes: dict[str, Any], kind: AnswerKind | None
) -> None:
    assert kind_of(answers.read_nominatim, fake.house() | changes) is kind


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, AnswerKind.ADDRESS),
        ({"osm_value": "house_number"}, AnswerKind.INTERPOLATED),
        ({"housenumber": None}, AnswerKind.STREET),
        ({"type": "street"}, AnswerKind.STREET),
        ({"type": "other", "osm_value": "postcode"}, AnswerKind.ZIP),
        ({"type": "district"}, AnswerKind.CITY),
        ({"type": "county"}, None),
    ],
)
def test_photons_answers_are_taken_for_what_they_are(
    changes: dict[str, Any], kind: AnswerKind | None
) -> None:
    said = {"type": "house", "osm_value": "yes", "housenumber": "12", "city": "Testville"}
    raw = {"properties": {**said, "state": "Minnesota", "postcode": "55999-1234", **changes}}
    found = read(answers.read_photon, raw)
    assert (found and found.kind) is kind
    if found:
        assert (found.city, found.state, found.zip_code) == ("Testville", "MN", "55999")


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, AnswerKind.ADDRESS),
        ({"match_type": "interpolated"}, AnswerKind.INTERPOLATED),
        ({"match_type": "fallback"}, AnswerKind.STREET),
        ({"accuracy": "centroid"}, AnswerKind.STREET),
        ({"layer": "street"}, AnswerKind.STREET),
        ({"layer": "postalcode"}, AnswerKind.ZIP),
        ({"layer": "locality"}, AnswerKind.CITY),
        ({"layer": "region"}, None),
    ],
)
def test_pelias_answers_are_taken_for_what_they_are(changes: dict[str, Any], kind: AnswerKind | None) -> None:
    said = {"layer": "address", "match_type": "exact", "accuracy": "point", "housenumber": "12"}
    raw = {"properties": {**said, "locality": "Testville", "region_a": "MN", "postalcode": 55999, **changes}}
    found = read(answers.read_pelias, raw)
    assert (found and found.kind) is kind
    if found:
        assert (found.city, found.state, found.zip_code) == ("Testville", "MN", "55999")


@pytest.mark.parametrize(
    ("location_type", "types", "kind"),
    [
        ("ROOFTOP", ["street_address"], AnswerKind.ADDRESS),
        ("RANGE_INTERPOLATED", ["street_address"], AnswerKind.INTERPOLATED),
        ("GEOMETRIC_CENTER", ["route"], AnswerKind.STREET),
        ("APPROXIMATE", ["postal_code"], AnswerKind.ZIP),
        ("APPROXIMATE", ["locality", "political"], AnswerKind.CITY),
        ("APPROXIMATE", ["administrative_area_level_1"], None),
        (None, "nonsense", None),
    ],
)
def test_googles_answers_are_taken_for_what_they_are(
    location_type: str | None, types: object, kind: AnswerKind | None
) -> None:
    components = [
        {"short_name": "12", "types": ["street_number"]},
        {"short_name": "Testville", "types": ["locality", "political"]},
        {"short_name": "MN", "types": ["administrative_area_level_1"]},
        {"short_name": "55999", "types": ["postal_code"]},
        "nonsense",
    ]
    raw = {"geometry": {"location_type": location_type}, "types": types, "address_components": components}
    found = read(answers.read_google, raw)
    assert (found and found.kind) is kind
    if found:
        assert (found.city, found.state, found.zip_code) == ("Testville", "MN", "55999")


@pytest.mark.parametrize(
    ("addr_type", "kind"),
    [
        ("PointAddress", AnswerKind.ADDRESS),
        ("StreetAddress", AnswerKind.INTERPOLATED),
        ("StreetName", AnswerKind.STREET),
        ("Postal", AnswerKind.ZIP),
        ("Locality", AnswerKind.CITY),
        ("Country", None),
    ],
)
def test_arcgis_answers_are_taken_for_what_they_are(addr_type: str, kind: AnswerKind | None) -> None:
    said = {"Addr_type": addr_type, "AddNum": "12", "City": "Testville", "RegionAbbr": "MN"}
    found = read(answers.read_arcgis, {"attributes": {**said, "Postal": "55999"}})
    assert (found and found.kind) is kind
    if found:
        assert (found.city, found.state, found.zip_code) == ("Testville", "MN", "55999")


@pytest.mark.parametrize(
    ("raw", "label", "kind"),
    [
        ({}, "12 Nowhere St, Testville, MN 55999", AnswerKind.STREET),
        ({"accuracy_type": "rooftop"}, "12 Nowhere St, Testville, MN 55999", AnswerKind.ADDRESS),
        ({"properties": {"accuracy": "rooftop"}}, "12 Nowhere St, Testville, MN 55999", AnswerKind.ADDRESS),
        ({}, "Testville, MN 55999, USA", AnswerKind.CITY),
    ],
)
def test_a_service_of_unknown_ways_is_taken_for_a_street_at_best(
    raw: dict[str, Any], label: str, kind: AnswerKind
) -> None:
    found = read(answers.read_other, raw, label)
    assert found is not None
    assert (found.kind, found.zip_code) == (kind, "55999")


@pytest.mark.parametrize(
    ("number", "street", "kind"),
    [
        ("12", "12 Nowhere St", AnswerKind.ADDRESS),
        ("12;14", "14 Nowhere St", AnswerKind.ADDRESS),
        ("14", "12 Nowhere St", AnswerKind.STREET),
        ("12", "Nowhere St", AnswerKind.STREET),
    ],
)
def test_the_house_next_door_is_the_street_and_not_the_house(
    number: str, street: str, kind: AnswerKind
) -> None:
    assert kind_of(answers.read_nominatim, fake.house(number), asked=PostalAddress(street)) is kind


def test_a_rooftop_is_only_the_street_when_no_house_was_asked_for() -> None:
    rooftop = {"accuracy": "rooftop"}
    assert kind_of(answers.read_other, rooftop, asked=PostalAddress("Nowhere St")) is AnswerKind.STREET


def test_a_house_is_as_exact_in_a_large_building() -> None:
    found = read(answers.read_nominatim, fake.house(boundingbox=["44.9", "45.0", "-93.3", "-93.2"]))
    assert found is not None
    assert found.uncertainty_m == RADIUS_M[AnswerKind.ADDRESS]


def test_the_radius_fits_the_kind_and_grows_with_a_long_street() -> None:
    radii = [RADIUS_M[kind] for kind in AnswerKind]
    assert radii == sorted(radii)
    street = fake.house(place_rank=26, address=_STREET_ONLY)
    short = read(answers.read_nominatim, street)
    long = read(answers.read_nominatim, street | {"boundingbox": ["44.9", "45.0", "-93.3", "-93.3"]})
    assert short is not None
    assert long is not None
    assert short.uncertainty_m == RADIUS_M[AnswerKind.STREET]
    assert long.uncertainty_m == pytest.approx(5556, abs=10)


@pytest.mark.parametrize("box", [None, "abcd", [1, 2, 3], ["x"] * 4, [91, 92, 0, 0], {}])
def test_a_bounding_box_that_is_none_is_ignored(box: object) -> None:
    found = read(answers.read_nominatim, fake.house(boundingbox=box, place_rank=26, address=_STREET_ONLY))
    assert found is not None
    assert found.uncertainty_m == RADIUS_M[AnswerKind.STREET]


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
_KEYS = [
    *("address", "properties", "geometry", "attributes", "types", "address_components", "place_rank"),
    *("boundingbox", "osm_type", "class", "type", "addresstype", "accuracy"),
]


@given(st.dictionaries(st.sampled_from(_KEYS), _JSON), st.text(max_size=40))
def test_no_raw_answer_breaks_a_reader_or_leaves_the_line(raw: dict[str, Any], label: str) -> None:
    for reader in (
        answers.read_nominatim,
        answers.read_photon,
        answers.read_pelias,
        answers.read_google,
        answers.read_arcgis,
        answers.read_other,
    ):
        found = read(reader, raw, label)
        assert found is None or found.label.isprintable()


def test_a_label_is_one_bounded_line() -> None:
    found = read(answers.read_nominatim, fake.house(), "12\nNowhere\x1b[2J St" + "x" * 500)
    assert found is not None
    assert found.label.startswith("12 Nowhere [2J St")
    assert len(found.label) == 200


def test_the_app_names_itself_its_version_and_a_contact(project_root: Path) -> None:
    project = tomllib.loads((project_root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    expected = f"DRG-Locator/{project['version']} (+https://clinic.example/)"
    assert http.user_agent("https://clinic.example/") == expected


def chosen(table: GeocoderTable) -> StreetGeocoder:
    """The geocoder of a table that names a service."""
    choice = table.choice()
    assert choice is not None
    return make_geocoder(choice, user_agent=USER_AGENT)


def made(**table: Any) -> str:  # noqa: ANN401
    """The name of the service a table stands for."""
    return chosen(GeocoderTable(**table)).name


def test_no_service_means_no_geocoder() -> None:
    assert GeocoderTable().choice() is None


def test_a_service_is_named_after_who_runs_it() -> None:
    assert made(service="nominatim") == "Nominatim (nominatim.openstreetmap.org)"
    assert made(service="photon", arguments={"domain": "geo.example:444/x/"}) == "Photon (geo.example)"
    maps = made(service="googlev3", display_name="Example Maps", arguments={"api_key": "x"})
    assert maps == "Example Maps"


def test_a_made_geocoder_asks_its_service_behind_its_guards(server: FakeGeocoder) -> None:
    server.behave = fake.answering([fake.house()])
    table = ClinicGeocoder(arguments={"domain": server.host, "scheme": "http"})
    geocoder = chosen(table)
    first = geocoder.geocode(ADDRESS, budget_s=PATIENCE_S)
    assert [(one.attribution, one.source) for one in first] == [
        ("© OpenStreetMap contributors", "Nominatim (127.0.0.1)")
    ]
    assert len(geocoder.geocode(ADDRESS, budget_s=PATIENCE_S)) == 1
    assert [arrival.headers["User-Agent"] for arrival in server.arrivals] == [USER_AGENT]


def test_a_service_that_cannot_be_set_up_says_why_without_showing_a_secret() -> None:
    table = GeocoderTable(service="arcgis", arguments={"username": "tester", "password": "hunter2"})
    with pytest.raises(ServiceSetUpError, match="requires username, password, and referer") as raised:
        chosen(table)
    assert "hunter2" not in "".join(traceback.format_exception(raised.value))


def test_a_number_that_comes_as_text_is_handed_over_as_a_number() -> None:
    assert as_taken("arcgis", {"token_lifetime": "30", "domain": "127"}) == {
        "token_lifetime": 30,
        "domain": "127",
    }


def test_a_table_made_without_checks_is_checked_all_the_same() -> None:
    table = GeocoderTable.model_construct(service="nominatum", arguments={})
    with pytest.raises(ServiceSetUpError, match="no service 'nominatum'; did you mean nominatim"):
        chosen(table)


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_can_be_asked_with_what_it_is_given(name: str) -> None:
    kind = SERVICES[name]
    needed = {
        key: "geo.example" if key == "domain" else "x"
        for key, one in inspect.signature(kind).parameters.items()
        if one.default is one.empty or key in {"api_key", "apikey"}
    }
    geocoder = GeopyGeocoder(kind(**needed, user_agent="x"), name="n", attribution="a", timeout_s=1.0)
    assert repr(geocoder) == "GeopyGeocoder('n')"
    inspect.signature(kind.geocode).bind(None, "query", timeout=1.0, **geocoder.options)


def test_google_is_limited_to_this_country() -> None:
    geocoder = GeopyGeocoder(GoogleV3(api_key="x"), name="n", attribution="a", timeout_s=1.0)
    assert geocoder.options == {"exactly_one": False, "components": {"country": "US"}}
