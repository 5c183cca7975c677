"""Typed places are understood, asked about or refused in plain words; never guessed, never repeated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.geocoding.places.gazetteer import (
    SOURCE,
    City,
    County,
    Elsewhere,
    Gazetteer,
    ZipArea,
    load_gazetteer,
)
from locator.geocoding.places.offline import OfflinePlaces
from locator.language import ENGLISH, languages, speaking
from locator.sites import (
    Ambiguous,
    Coordinate,
    Located,
    NotLocated,
    Origin,
    Pin,
    PinPrecision,
    PlaceAnswer,
    Precision,
    Site,
)
from tests.support.samples import make_site

SHIPPED = Path(__file__).resolve().parents[2] / "data" / "gazetteer"


def zip_area(zip_code: str, city: str, *others: str, at: tuple[float, float], **facts: str) -> ZipArea:
    state, county = facts.get("state", "MN"), facts.get("county", "Hennepin")
    kind = facts.get("kind", "standard")
    return ZipArea(zip_code, state, county, Coordinate(*at), 2000.0, 1000, city, others, kind)


def city(
    name: str, at: tuple[float, float], state: str = "MN", county: str = "Hennepin", people: int = 9
) -> City:
    return City(name, state, county, Coordinate(*at), 5000.0, people)


def elsewhere(kind: str, name: str, state: str, at: tuple[float, float]) -> Elsewhere:
    return Elsewhere(kind, name, state, Coordinate(*at), 90000.0, 10)


ZIPS = (
    zip_area("55407", "Minneapolis", at=(44.93, -93.25)),
    zip_area("55408", "Minneapolis", "Mpls", at=(44.92, -93.32)),
    zip_area("55369", "Osseo", "Maple Grove", at=(45.12, -93.45)),
    zip_area("55123", "Saint Paul", "Eagan", at=(44.80, -93.14), county="Dakota"),
    zip_area("55161", "Saint Paul", at=(45.01, -93.15), county="Ramsey", kind="unique"),
    zip_area("55792", "Virginia", at=(47.52, -92.51), county="St. Louis"),
    zip_area("55999", "Postalville", at=(44.10, -92.20), county="Testland"),
    zip_area("54016", "Hudson", at=(44.98, -92.71), state="WI", county="St. Croix"),
    zip_area("55111", "Many Names", "Aaa", "Bbb", "Ccc", at=(44.88, -93.20)),
)
CITIES = (
    city("Minneapolis", (44.96, -93.27), people=425_000),
    city("Saint Paul", (44.95, -93.10), county="Ramsey", people=300_000),
    city("South Saint Paul", (44.89, -93.03), county="Dakota"),
    city("North Saint Paul", (45.01, -92.99), county="Ramsey"),
    city("Maple Grove", (45.11, -93.46)),
    city("Eagan", (44.81, -93.16), county="Dakota"),
    city("Edina", (44.89, -93.36)),
    city("Burnsville", (44.76, -93.28), county="Dakota"),
    city("Bloomington", (44.83, -93.31)),
    city("Shakopee", (44.77, -93.48), county="Scott"),
    city("Chaska", (44.81, -93.60), county="Carver"),
    city("Duluth", (46.78, -92.12), county="St. Louis"),
    city("Ramsey", (45.26, -93.45), county="Anoka"),
    city("Osseo", (45.12, -93.40)),
    city("Osseo", (44.58, -91.22), state="WI", county="Trempealeau"),
    city("Lakeside", (44.70, -94.80), county="Renville"),
    city("Lakeside", (45.70, -93.80), county="Chisago"),
    city("Virginia", (47.52, -92.53), county="St. Louis"),
    city("Saint Charles", (43.96, -92.06), county="Winona"),
    city("The Lakes", (44.13, -95.66), county="Murray"),
    city("Hudson", (44.97, -92.75), state="WI", county="St. Croix"),
)
COUNTIES = tuple(
    County(name, state, Coordinate(*at), 20000.0, 100)
    for name, state, at in (
        ("Hennepin", "MN", (45.00, -93.47)),
        ("Ramsey", "MN", (45.01, -93.10)),
        ("Renville", "MN", (44.72, -94.94)),
        ("St. Louis", "MN", (47.20, -92.40)),
        ("Chisago", "MN", (45.50, -92.91)),
        ("Polk", "MN", (47.77, -96.40)),
        ("Polk", "WI", (45.46, -92.44)),
    )
)
ELSEWHERE = (
    elsewhere("zip3", "606", "IL", (41.88, -87.63)),
    elsewhere("zip3", "554", "MN", (44.99, -93.30)),
    elsewhere("city", "Chicago", "IL", (41.85, -87.65)),
    elsewhere("city", "Bloomington", "IL", (40.48, -88.99)),
    elsewhere("city", "Portland", "OR", (45.52, -122.68)),
    elsewhere("city", "Portland", "ME", (43.66, -70.26)),
    elsewhere("city", "New York", "NY", (40.71, -74.00)),
    elsewhere("city", "Uptown", "IL", (41.97, -87.66)),
    *(
        elsewhere("state", name, code, at)
        for name, code, at in (
            ("Minnesota", "MN", (45.2, -93.9)),
            ("Wisconsin", "WI", (43.8, -89.0)),
            ("Iowa", "IA", (42.0, -93.2)),
            ("Illinois", "IL", (41.3, -88.4)),
            ("Louisiana", "LA", (30.7, -91.4)),
            ("Virginia", "VA", (37.8, -77.8)),
            ("New York", "NY", (41.5, -74.6)),
            ("Hawaii", "HI", (21.1, -157.5)),
        )
    ),
)
GAZETTEER = Gazetteer(MappingProxyType({area.zip_code: area for area in ZIPS}), CITIES, COUNTIES, ELSEWHERE)

GROVE = make_site(
    "maple-grove",
    Coordinate(45.13, -93.48),
    name="Zzfake Clinics",
    street="9645 Pretend Cir N",
    unit="Ste 200",
    city="Maple Grove",
    zip_code="55369",
)
BURNS = make_site(
    "burns-2",
    Coordinate(44.74, -93.27),
    name="Zzfake Clinics",
    street="14000 Makebelieve Ave",
    unit="#104",
    city="Burnsville",
    zip_code="55337",
)
PLACES = OfflinePlaces(GAZETTEER, [GROVE, BURNS])


def origins(answer: PlaceAnswer) -> tuple[Origin, ...]:
    if isinstance(answer, Located):
        return (answer.origin,)
    return answer.candidates if isinstance(answer, Ambiguous) else answer.suggestions


def labels(text: str, places: OfflinePlaces = PLACES) -> list[str]:
    return [origin.label for origin in origins(places.locate(text))]


def located(text: str, places: OfflinePlaces = PLACES) -> Origin:
    answer = places.locate(text)
    assert isinstance(answer, Located), answer
    return answer.origin


def candidates(text: str) -> list[str]:
    answer = PLACES.locate(text)
    assert isinstance(answer, Ambiguous), answer
    return [origin.label for origin in answer.candidates]


def refused(text: str) -> NotLocated:
    answer = PLACES.locate(text)
    assert isinstance(answer, NotLocated), answer
    return answer


def assert_found_by_its_label(origin: Origin, places: OfflinePlaces) -> None:
    """In whichever language the label was made, and whichever is spoken when it is typed."""
    again = located(origin.label, places)
    with speaking(ENGLISH):
        assert located(origin.label, places).label == located(again.label, places).label
    assert (again.point, again.precision, again.uncertainty_m) == (
        origin.point,
        origin.precision,
        origin.uncertainty_m,
    ), origin.label


@pytest.mark.parametrize(
    ("text", "label", "precision"),
    [
        ("55407", "ZIP 55407 (Minneapolis, MN)", Precision.ZIP),
        ("55407-1234", "ZIP 55407 (Minneapolis, MN)", Precision.ZIP),
        ("55407 Minneapolis MN", "ZIP 55407 (Minneapolis, MN)", Precision.ZIP),
        ("55407 Mpls", "ZIP 55407 (Minneapolis, MN)", Precision.ZIP),
        ("55408", "ZIP 55408 (Minneapolis, MN)", Precision.ZIP),
        ("Minnesota 55407", "ZIP 55407 (Minneapolis, MN)", Precision.ZIP),
        ("Hennepin County 55407", "ZIP 55407 (Minneapolis, MN)", Precision.ZIP),
        ("55369", "ZIP 55369 (Osseo or Maple Grove, MN)", Precision.ZIP),
        ("55369 maple grove", "ZIP 55369 (Osseo or Maple Grove, MN)", Precision.ZIP),
        ("55792 Virginia", "ZIP 55792 (Virginia, MN)", Precision.ZIP),
        ("55111", "ZIP 55111 (Many Names, Aaa or Bbb, MN)", Precision.ZIP),
        ("St Paul", "Saint Paul, MN", Precision.CITY),
        ("Saint Paul MN", "Saint Paul, MN", Precision.CITY),
        ("stpaul", "Saint Paul, MN", Precision.CITY),
        ("Mpls", "Minneapolis, MN", Precision.CITY),
        ("maple grove", "Maple Grove, MN", Precision.CITY),
        ("MapleGrove", "Maple Grove, MN", Precision.CITY),
        ("N St Paul", "North Saint Paul, MN", Precision.CITY),
        ("The Lakes", "The Lakes, MN", Precision.CITY),
        ("Virginia MN", "Virginia, MN", Precision.CITY),
        ("Osseo, Wis.", "Osseo, WI", Precision.CITY),
        ("Minneapolis, Hennepin County", "Minneapolis, MN", Precision.CITY),
        ("Hennepin County", "Hennepin County, MN", Precision.COUNTY),
        ("hennepin co", "Hennepin County, MN", Precision.COUNTY),
        ("Hennepin", "Hennepin County, MN", Precision.COUNTY),
        ("Saint Louis Co., MN", "St. Louis County, MN", Precision.COUNTY),
        ("Ramsey, MN", "Ramsey, MN", Precision.CITY),
        ("Ramsey County", "Ramsey County, MN", Precision.COUNTY),
        ("Minnesota", "Minnesota", Precision.STATE),
        ("mn", "Minnesota", Precision.STATE),
        ("Iowa", "Iowa", Precision.STATE),
        ("Virginia (state)", "Virginia (state)", Precision.STATE),
        ("Chicago", "Chicago, IL", Precision.CITY),
        ("New York City", "New York, NY", Precision.CITY),
        ("Lakeside, Renville County", "Lakeside (Renville County, MN)", Precision.CITY),
    ],
)
def test_a_place_is_understood_and_named_back(text: str, label: str, precision: Precision) -> None:
    origin = located(text)
    assert (origin.label, origin.precision) == (label, precision)
    assert origin.source == SOURCE
    assert any("not from a door" in note for note in origin.notes)


def test_a_place_stands_where_the_gazetteer_puts_it() -> None:
    assert located("55407").point == Coordinate(44.93, -93.25)
    assert located("55407").uncertainty_m == 2000.0
    assert located("Edina").uncertainty_m == 5000.0


def test_a_zip_without_homes_says_that_its_point_is_rough() -> None:
    assert any("PO boxes" in note for note in located("55161").notes)
    assert not any("PO boxes" in note for note in located("55407").notes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Twin Cities", ["Minneapolis, MN", "Saint Paul, MN"]),
        ("the twin cities area", ["Minneapolis, MN", "Saint Paul, MN"]),
        ("Minneapolis-St. Paul", ["Minneapolis, MN", "Saint Paul, MN"]),
        ("Minneapolis or Duluth", ["Minneapolis, MN", "Duluth, MN"]),
        ("Ramsey", ["Ramsey, MN", "Ramsey County, MN"]),
        ("Polk County", ["Polk County, MN", "Polk County, WI"]),
        ("Osseo", ["Osseo, MN", "Osseo, WI"]),
        ("Lakeside", ["Lakeside (Chisago County, MN)", "Lakeside (Renville County, MN)"]),
        ("Virginia", ["Virginia, MN", "Virginia (state)"]),
        ("Portland", ["Portland, ME", "Portland, OR"]),
        ("New York", ["New York (state)", "New York, NY"]),
        ("55407 Duluth", ["ZIP 55407 (Minneapolis, MN)", "Duluth, MN"]),
        ("12 Elm St, Duluth, MN 55407", ["ZIP 55407 (Minneapolis, MN)", "Duluth, MN"]),
        ("55407, WI", ["ZIP 55407 (Minneapolis, MN)", "Wisconsin"]),
        ("Hudson, WI 55407", ["ZIP 55407 (Minneapolis, MN)", "Hudson, WI"]),
        ("60601 Minneapolis", ["ZIP codes that begin with 606 (Illinois)", "Minneapolis, MN"]),
        ("60601, IA", ["ZIP codes that begin with 606 (Illinois)", "Iowa"]),
        ("100 Robert St S St Paul", ["South Saint Paul, MN", "Saint Paul, MN"]),
    ],
)
def test_what_means_several_places_is_asked_about(text: str, expected: list[str]) -> None:
    assert sorted(candidates(text)) == sorted(expected)


def test_a_place_here_comes_before_a_larger_namesake_elsewhere_and_says_so() -> None:
    origin = located("Bloomington")
    assert origin.label == "Bloomington, MN"
    assert any("other states" in note for note in origin.notes)
    assert located("Bloomington, Illinois").label == "Bloomington, IL"
    assert not any("other states" in note for note in located("Bloomington, MN").notes)


def test_a_state_that_is_given_is_binding() -> None:
    assert located("St. Charles").label == "Saint Charles, MN"
    assert [origin.label for origin in refused("St. Charles, LA").suggestions] == ["Louisiana"]
    assert [origin.label for origin in refused("Edina, WI").suggestions] == ["Wisconsin", "Edina, MN"]


@pytest.mark.parametrize(
    ("text", "label", "note"),
    [
        ("12 Elm St, Minneapolis, MN 55407", "ZIP 55407 (Minneapolis, MN)", "by its ZIP"),
        ("12 Elm St 55407", "ZIP 55407 (Minneapolis, MN)", "by its ZIP"),
        ("Elm St 55407 Minneapolis", "ZIP 55407 (Minneapolis, MN)", "by its ZIP"),
        ("12 County Road B2 West, Eagan 55123", "ZIP 55123 (Saint Paul or Eagan, MN)", "by its ZIP"),
        ("4500 Elm Ave Apt 3 Mpls", "Minneapolis, MN", "by its city"),
        ("PO Box 55123, St Paul MN", "Saint Paul, MN", "by its city"),
        ("55123 Elm Street, Edina", "Edina, MN", "by its city"),
        ("55123 Elm Street Edina MN", "Edina, MN", "by its city"),
        ("14001 Elm Ave, Burnsville", "Burnsville, MN", "by its city"),
        ("Elm St, North St Paul", "North Saint Paul, MN", "by its city"),
    ],
)
def test_an_address_is_placed_by_zip_or_city_and_says_so(text: str, label: str, note: str) -> None:
    origin = located(text)
    assert origin.label == label
    assert any(note in said and "street was not looked up" in said for said in origin.notes)


def test_a_zip_with_a_close_city_is_used_and_says_so() -> None:
    assert any("lies beside" in note for note in located("55408 Edina").notes)
    for text in ("55408 Minneapolis", "Minnesota 55408", "Hennepin County 55408"):
        assert not any("lies beside" in note for note in located(text).notes)


def test_unknown_words_beside_a_place_are_said_to_be_unused() -> None:
    assert any("Only the ZIP" in note for note in located("Zzplace 55407").notes)
    assert any("Only the last name" in note for note in located("Uptown, Minneapolis").notes)
    assert any("whole city" in note for note in located("South Minneapolis").notes)


def test_a_side_of_a_small_town_is_not_taken_for_the_town() -> None:
    assert isinstance(PLACES.locate("East Shakopee"), NotLocated)


def test_a_number_that_may_be_a_zip_or_a_house_is_asked_about() -> None:
    answer = refused("55407 Zzunknown Ave")
    assert "house number" in answer.reason
    assert answer.suggestions[0].label == "ZIP 55407 (Minneapolis, MN)"


def test_a_street_alone_is_not_guessed_at() -> None:
    assert "Add the ZIP" in refused("123 Edina Ave").reason
    assert refused("123 Edina Ave").suggestions == ()


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Minneaplis", "Minneapolis, MN"),
        ("Bloomingtn", "Bloomington, MN"),
        ("Sakopee", "Shakopee, MN"),
        ("Chasak", "Chaska, MN"),
        ("Chicgo", "Chicago, IL"),
        ("Burns", "Burnsville, MN"),
        ("Minneaplis, MN", "Minneapolis, MN"),
        ("12 Elm St, Minneaplis", "Minneapolis, MN"),
        ("12 Elm St Minneaplis", "Minneapolis, MN"),
        ("Henepin County", "Hennepin County, MN"),
        ("hi", "Hawaii"),
    ],
)
def test_a_slip_gets_suggestions_and_no_answer(text: str, first: str) -> None:
    suggestions = refused(text).suggestions
    assert suggestions[0].label == first
    assert len(suggestions) <= 5


def test_the_beginning_of_a_name_suggests_no_more_than_that_name() -> None:
    assert labels("Minneapoli") == ["Minneapolis, MN"]


def test_suggestions_keep_to_a_state_that_is_given() -> None:
    assert [origin.label for origin in refused("Bloomingtn IL").suggestions] == [
        "Bloomington, IL",
        "Illinois",
    ]


def test_an_unknown_zip_here_is_refused_with_its_neighbours() -> None:
    answer = refused("55406")
    assert "could not find that ZIP" in answer.reason
    assert [origin.label[:9] for origin in answer.suggestions] == ["ZIP 55407", "ZIP 55408", "ZIP codes"]


def test_an_unknown_zip_elsewhere_is_placed_by_its_first_digits() -> None:
    origin = located("60601")
    assert origin.label == "ZIP codes that begin with 606 (Illinois)"
    assert origin.precision is Precision.STATE
    assert any("exact ZIP code" in note for note in origin.notes)
    assert located("Chicago, IL 60601") == origin


def test_a_zip_that_cannot_exist_is_refused() -> None:
    assert "could not find that ZIP" in refused("00000").reason
    assert "five digits" in refused("5540").reason
    assert refused("5540").suggestions[0].label == "ZIP 55407 (Minneapolis, MN)"


def test_a_name_only_mail_uses_means_its_zip() -> None:
    assert located("Postalville").label == "ZIP 55999 (Postalville, MN)"
    assert isinstance(PLACES.locate("Postalville, WI"), NotLocated)


@pytest.mark.parametrize(
    ("text", "site"),
    [
        ("Zzfake Maple Grove", GROVE),
        ("maple grove zzfake", GROVE),
        ("Zzfake Clinics \u2013 Maple Grove", GROVE),
        ("Zzfake 55369", GROVE),
        ("Maple Grove clinic", GROVE),
        ("9645 Pretend Cir N", GROVE),
        ("9645 Pretend Circle North, Suite 200, Maple Grove, Minnesota 55369", GROVE),
        ("burns-2", BURNS),
        ("14000 Makebelieve Avenue, Burnsville", BURNS),
        ("Zzfake 14000 Makebelieve Ave", BURNS),
    ],
)
def test_a_clinic_is_found_by_name_id_or_address(text: str, site: Site) -> None:
    origin = located(text)
    assert origin.label == site.title
    assert site.pin is not None
    assert (origin.point, origin.precision, origin.uncertainty_m) == (site.pin.point, Precision.SITE, 0.0)
    assert origin.source == "clinic directory"


def test_the_practice_alone_means_all_its_clinics() -> None:
    assert candidates("zzfake") == [GROVE.title, BURNS.title]


def test_a_clinics_city_or_an_id_that_reads_as_one_means_the_city() -> None:
    assert located("Maple Grove").precision is Precision.CITY
    assert located("maple-grove").precision is Precision.CITY
    assert located("clinics near Maple Grove").precision is Precision.CITY


def test_the_clinics_street_in_another_city_is_not_the_clinic() -> None:
    assert located("14000 Makebelieve Ave, Minneapolis").label == "Minneapolis, MN"


def test_a_practice_in_a_city_without_one_offers_the_city() -> None:
    answer = refused("zzfake duluth")
    assert "no clinic of that practice" in answer.reason
    assert [origin.label for origin in answer.suggestions] == ["Duluth, MN"]
    assert isinstance(PLACES.locate("zzfake maple grove, WI"), NotLocated)
    assert refused("zzfake maple grov").suggestions[0].label == GROVE.title


def test_a_street_with_the_practices_name_is_no_clinic() -> None:
    assert located("12 Zzfake Ave, Edina").label == "Edina, MN"


def test_clinics_that_share_a_title_are_told_apart() -> None:
    second = make_site(
        "grove-two", name=GROVE.name, city="Maple Grove", street="1 Other Rd", zip_code="55369"
    )
    places = OfflinePlaces(GAZETTEER, [GROVE, second])
    answer = places.locate("zzfake maple grove")
    assert isinstance(answer, Ambiguous)
    assert len({origin.label for origin in answer.candidates}) == 2
    assert len(origins(places.locate(GROVE.title))) == 2
    for origin in answer.candidates:
        assert_found_by_its_label(origin, places)


def test_a_clinic_without_an_exact_pin_is_placed_by_its_zip() -> None:
    no_pin = make_site("np", None, name="Zzpinless", city="Maple Grove", zip_code="55369")
    rough_pin = Pin(Coordinate(45.0, -93.0), "test", PinPrecision.ZIP)
    lost = make_site("lost", None, name="Zzlost", zip_code="00000")
    rough = replace(no_pin, site_id="rough", name="Zzrough", pin=rough_pin)
    places = OfflinePlaces(GAZETTEER, [no_pin, rough, lost])
    for text in ("zzpinless", "zzrough"):
        origin = located(text, places)
        assert (origin.point, origin.precision) == (Coordinate(45.12, -93.45), Precision.ZIP)
        assert origin.uncertainty_m == 2000.0
        assert_found_by_its_label(origin, places)
    assert isinstance(places.locate("zzlost"), NotLocated)


def test_a_clinic_that_has_closed_is_not_found() -> None:
    places = OfflinePlaces(GAZETTEER, [make_site(name="Zzclosed", active=False)])
    assert isinstance(places.locate("zzclosed"), NotLocated)


def test_a_clinic_named_like_a_place_does_not_hide_the_place() -> None:
    site = make_site("s", name="\N{PILL}", city="Edina", street="1 Fake St", zip_code="55407")
    named_after = make_site("n", name="Edina Pain Clinic", city="Edina", street="2 Fake St", zip_code="55407")
    places = OfflinePlaces(GAZETTEER, [site, named_after])
    assert located("Edina", places).precision is Precision.CITY
    assert located("12 Elm St, Edina", places).precision is Precision.CITY


ODD = (
    "\x00", "{{ 7*7 }}", "{% x %}", "<script>alert(1)</script>", "'; DROP TABLE clinics; --", "\N{PILL}",
    "\u202eabc", "K1A 0B1", "a" * 10_000, "5" * 10_000, "../../etc/passwd", "${jndi:x}", "%s%n",
    "\ud800",
)  # fmt: skip


@pytest.mark.parametrize("text", ODD)
def test_odd_text_gets_a_plain_sentence(text: str) -> None:
    reason = refused(text).reason
    assert text not in reason
    assert "example" in reason or "Type" in reason


WORDS = """
    55407 55123 60601 1234 606 12 Minneapolis St Paul Ramsey County co MN WI LA Ave Elm Zzfake clinic near
    or S # Box Virginia Lakeside Apt begin with of USA , ( ' - St. Edina Osseo
"""
place_words = st.sampled_from(WORDS.split())
near_places = st.lists(place_words, min_size=1, max_size=9).map(" ".join)


@pytest.fixture(params=languages(), ids=lambda language: language.tag)
def each_language(request: pytest.FixtureRequest) -> Iterator[None]:
    with speaking(request.param):
        yield


@given(st.one_of(st.text(max_size=250), near_places))
def test_any_text_gets_an_answer_whose_labels_lead_back_to_it(text: str) -> None:
    for language in languages():
        with speaking(language):
            answer_leads_back(text)


def answer_leads_back(text: str) -> None:
    answer = PLACES.locate(text)
    assert isinstance(answer, (Located, Ambiguous, NotLocated))
    found = origins(answer)
    assert len({origin.label for origin in found}) == len(found)
    if isinstance(answer, Ambiguous):
        assert len(found) > 1
    for origin in found:
        assert_found_by_its_label(origin, PLACES)


@given(st.lists(st.one_of(place_words, st.just("Qxjvkcanary")), max_size=8))
def test_what_is_not_a_known_place_is_never_repeated(words: list[str]) -> None:
    answer = PLACES.locate(" ".join(["Qxjvkcanary", *words]))
    assert "qxjvk" not in repr(answer).casefold()


@given(st.sampled_from([origin.label for origin in origins(PLACES.locate("zzfake"))] + [
    "55407 Minneapolis MN", "St Paul", "hennepin co", "Ramsey", "12 Elm St, Edina", "Osseo, WI", "Chasak",
]), st.data())  # fmt: skip
def test_case_punctuation_and_spacing_do_not_matter(text: str, data: st.DataObject) -> None:
    cased = "".join(data.draw(st.sampled_from([char.lower(), char.upper()])) for char in text)
    spaced = data.draw(st.sampled_from([" ", "  ", " \t", "\u00a0", ". "])).join(cased.split(" "))
    assert PLACES.locate(f" {spaced}! ") == PLACES.locate(text)


@cache
def shipped() -> tuple[Gazetteer, OfflinePlaces]:
    gazetteer = load_gazetteer(SHIPPED)
    return gazetteer, OfflinePlaces(gazetteer, [GROVE, BURNS])


@pytest.mark.usefixtures("each_language")
def test_every_shipped_zip_is_found_and_its_label_leads_back() -> None:
    gazetteer, places = shipped()
    for area in gazetteer.zips.values():
        origin = located(area.zip_code, places)
        assert (origin.point, origin.uncertainty_m) == (area.point, area.radius_m)
        assert_found_by_its_label(origin, places)
        assert located(origin.label, places).notes == origin.notes, "a label is no address"


@pytest.mark.usefixtures("each_language")
def test_every_shipped_city_is_found_by_its_name_and_its_label_leads_back() -> None:
    gazetteer, places = shipped()
    for place in gazetteer.cities:
        for text in (place.name, f"{place.name.upper()} {place.state.lower()}"):
            found = [one for one in origins(places.locate(text)) if one.point == place.point]
            assert found, text
            assert_found_by_its_label(found[0], places)


@pytest.mark.usefixtures("each_language")
def test_every_shipped_county_is_found_by_its_name_and_its_label_leads_back() -> None:
    gazetteer, places = shipped()
    for county in gazetteer.counties:
        for text in (county.name, f"{county.name} County", f"{county.name} Co {county.state}"):
            found = [one for one in origins(places.locate(text)) if one.precision is Precision.COUNTY]
            assert county.point in {one.point for one in found}, text
            for origin in found:
                assert_found_by_its_label(origin, places)


@pytest.mark.parametrize("text", ["Lak", "White, Lak", "55199", "Springfeld"])
def test_there_are_never_more_than_five_suggestions(text: str) -> None:
    _, places = shipped()
    answer = places.locate(text)
    assert isinstance(answer, NotLocated)
    assert 1 <= len(answer.suggestions) <= 5


def test_every_shipped_place_elsewhere_is_found_by_its_label() -> None:
    gazetteer, places = shipped()
    for place in gazetteer.elsewhere:
        state = place.state
        text = {"zip3": f"ZIP codes that begin with {place.name}", "state": state}.get(place.kind)
        found = origins(places.locate(text or f"{place.name}, {state}"))
        assert found, place
        for origin in found:
            assert_found_by_its_label(origin, places)


def test_every_name_that_shipped_mail_carries_is_understood() -> None:
    gazetteer, places = shipped()
    for area in gazetteer.zips.values():
        for name in (area.city, *area.other_cities):
            assert not isinstance(places.locate(f"{name}, {area.state}"), NotLocated), name
            assert located(f"{name} {area.zip_code}", places).label.startswith(f"ZIP {area.zip_code} ")


@pytest.mark.parametrize(
    ("spanish", "english"),
    [
        ("código postal 55407", "55407"),
        ("codigo ZIP 55407", "55407"),
        ("cerca de Edina", "Edina"),
        ("en la ciudad de Saint Paul, MN", "Saint Paul, MN"),
        ("Condado de Hennepin", "Hennepin County"),
        ("condado de Ramsey, MN", "Ramsey County, MN"),
        ("55369 (Osseo o Maple Grove, MN)", "55369"),
        ("códigos ZIP que empiezan con 606", "ZIP codes that begin with 606"),
        ("aquí", "here"),
        ("mi ubicación", "my location"),
    ],
)
def test_what_people_write_in_spanish_means_the_same_place(spanish: str, english: str) -> None:
    _, places = shipped()
    assert places.locate(spanish) == places.locate(english)


def test_a_place_is_named_in_the_language_that_holds() -> None:
    _, places = shipped()
    with speaking(next(one for one in languages() if one.tag == "es")):
        assert located("55369", places).label == "ZIP 55369 (Osseo o Maple Grove, MN)"
        assert located("Hennepin County", places).label == "Condado de Hennepin, MN"
