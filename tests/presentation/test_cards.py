"""The list as HTML: every fact of a clinic, literally, with how sure it is and nothing of the person's."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.clinics import FURTHER_COLUMNS
from locator.clinics.search import Match
from locator.presentation.cards import Card, CardGroup, Reporting, directions, render_legend, render_list
from locator.presentation.markers import LEGEND, marker_svg
from locator.presentation.templating import render
from locator.settings.loading import Settings
from locator.sites import (
    METRES_PER_MILE,
    UNKNOWN_CLAIM,
    Answer,
    Claim,
    Pin,
    PinPrecision,
    Site,
    Status,
    Wheelchair,
)
from tests.support.parsed_html import Element, one_line, parse
from tests.support.samples import CONFIRMED_NO, CONFIRMED_YES, MINNEAPOLIS, PROVISIONAL_YES, make_site

# A Wednesday, 11 in the morning in Chicago.
NOW = datetime(2026, 11, 18, 17, 0, tzinfo=UTC)
PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "${alert(1)}",
    "</li></ol></section>",
    "<!-- ",
    "&lt;b&gt; &amp;",
    "`${1}`",
)
FULL = make_site(
    name="Made-up Name",
    street="9 Made-up Row",
    unit="Ste 77",
    city="Mockton",
    state="WI",
    zip_code="54999",
    phone="612-555-0111",
    fax="612-555-0122",
    website="https://clinic.example/mockton",
    hours="Mo-Fr 08:00-17:00",
    hours_as_of="2025-02",
    evaluation=Claim(Answer.YES, Status.PROVISIONAL, "Rumour of evaluation", date(2025, 3, 4)),
    procedure=Claim(Answer.NO, Status.CONFIRMED, "Word on procedures", date(2025, 5, 6)),
    wheelchair=Wheelchair(Answer.YES, Answer.NO, Answer.UNKNOWN),
    accepting_new_patients=Answer.YES,
    source="A made-up register",
    as_of=date(2025, 7, 8),
    note="Ring the made-up bell.",
)
FULL = replace(FULL, pin=Pin(MINNEAPOLIS, "A made-up map", PinPrecision.STREET))


REPORTING = Reporting({"gone": "It is gone", "made-up": "It is made up"}, "612-555-0166")


def page_of(*sites: Site, match: Match | None = None, reporting: Reporting | None = None) -> Element:
    cards = tuple(Card(number, site, match) for number, site in enumerate(sites, start=1))
    return parse(render_list([CardGroup("All clinics", "", cards)], now=NOW, reporting=reporting))


def wrong_of(site: Site) -> Element:
    return page_of(site, reporting=REPORTING).one("details", of_class="wrong")


def card_of(site: Site, match: Match | None = None) -> Element:
    return page_of(site, match=match).one("li", of_class="clinic")


def match_of(site: Site, *, spread_mi: float = 1.5, same: bool = False) -> Match:
    low_m, high_m = (10 - spread_mi) * METRES_PER_MILE, (10 + spread_mi) * METRES_PER_MILE
    return Match(site, 10 * METRES_PER_MILE, low_m, high_m, same)


def role_texts(card: Element) -> tuple[str, str]:
    return card.one(of_class="evaluation").text, card.one(of_class="procedure").text


# What a card says of each field of FULL. A field that is neither here nor below has been forgotten.
SHOWN = {
    "name": ["Made-up Name"],
    "street": ["9 Made-up Row"],
    "unit": ["Ste 77"],
    "city": ["Mockton"],
    "state": ["WI"],
    "zip_code": ["54999"],
    "phone": ["612-555-0111"],
    "fax": ["612-555-0122"],
    "hours": ["8:00 am", "5:00 pm", "Mon", "Fri"],
    "hours_as_of": ["February 2025"],
    "pin": ["A made-up map", "exact", "street"],
    "evaluation": ["Rumour of evaluation", "March 4, 2025"],
    "procedure": ["Word on procedures", "May 6, 2025"],
    "wheelchair": ["entrance", "parking", "restroom"],
    "accepting_new_patients": ["new patients: yes"],
    "source": ["A made-up register"],
    "as_of": ["July 8, 2025"],
    "note": ["Ring the made-up bell."],
}
# In an attribute, on confirmed cards only, or of use to staff and programs rather than to patients.
ELSEWHERE = {
    "site_id",
    "website",
    "verified_on",
    "time_zone",
    "country",
    "npi",
    "verified_by",
    "active",
}


def test_every_fact_of_a_site_has_a_place_on_its_card_or_a_reason_not_to() -> None:
    by_its_line = {column.field for column in FURTHER_COLUMNS}
    assert {field.name for field in fields(Site)} == SHOWN.keys() | ELSEWHERE | by_its_line


@pytest.mark.parametrize("fact", SHOWN)
def test_the_card_says_each_fact_of_its_site(fact: str) -> None:
    said = card_of(FULL).text
    assert [words for words in SHOWN[fact] if words not in said] == []


def test_wheelchair_access_is_said_feature_by_feature() -> None:
    said = card_of(FULL).one(of_class="access").text
    assert said.index("entrance") < said.index("No ") < said.index("parking") < said.index("Not known")
    assert said.endswith("restroom")


def test_the_card_carries_its_site_id_and_links_to_its_page() -> None:
    card = card_of(FULL)
    assert card.attributes["data-site"] == "fake-a"
    assert "https://clinic.example/mockton" in [link.attributes["href"] for link in card.all("a")]


def test_missing_facts_leave_no_gap_and_no_placeholder() -> None:
    bare = make_site(at=None)
    card = card_of(bare)
    assert "None" not in card.text
    assert "Fax" not in card.text
    assert "Hours not known" in card.text
    assert "Hours as listed" not in card.text
    assert "no map pin" in card.text
    assert "Accepting new patients: not known" in card.text
    assert card.all(of_class="note") == []
    assert card.all("button") == []
    assert card.one(of_class="address").text == "1 Nowhere St Testville, MN 55999"


@pytest.mark.parametrize(
    ("claim", "must", "must_not"),
    [
        (CONFIRMED_YES, {"yes"}, {"no", "not", "known"}),
        (PROVISIONAL_YES, {"yes", "not", "confirmed"}, {"no", "known"}),
        (CONFIRMED_NO, {"no"}, {"yes", "not", "known"}),
        (UNKNOWN_CLAIM, {"not", "known", "call"}, {"yes", "no", "confirmed"}),
    ],
    ids=["confirmed yes", "provisional yes", "confirmed no", "unknown"],
)
def test_each_role_says_how_sure_it_is(claim: Claim, must: set[str], must_not: set[str]) -> None:
    for said in role_texts(card_of(make_site(evaluation=claim, procedure=claim))):
        words = set(re.findall(r"[a-z]+", said.lower()))
        assert must <= words
        assert not must_not & words


def test_a_procedure_site_carries_the_asterisk_of_the_legend() -> None:
    assert "*" in role_texts(card_of(make_site(procedure=PROVISIONAL_YES)))[1]
    for claim in (UNKNOWN_CLAIM, CONFIRMED_NO):
        assert "*" not in role_texts(card_of(make_site(procedure=claim)))[1]


@pytest.mark.parametrize("claim", [PROVISIONAL_YES, UNKNOWN_CLAIM])
def test_an_unconfirmed_card_gives_the_phone_to_confirm_by(claim: Claim) -> None:
    site = make_site(phone="612-555-0144", procedure=claim, verified_on=date(2026, 1, 2))
    said = card_of(site).one(of_class="unconfirmed").text
    assert "confirmed" in said
    assert "612-555-0144" in said


def test_a_card_that_the_practice_confirmed_says_by_when_and_raises_no_doubt() -> None:
    site = make_site(evaluation=CONFIRMED_YES, procedure=CONFIRMED_NO, verified_on=date(2026, 3, 4))
    card = card_of(site)
    assert card.all(of_class="unconfirmed") == []
    assert "March 4, 2026" in card.text
    assert "not checked" not in card.text


@pytest.mark.parametrize(("day", "old"), [(date(2026, 8, 20), False), (date(2026, 8, 19), True)])
def test_a_card_nobody_has_checked_for_90_days_says_so_with_the_day(day: date, old: bool) -> None:
    said = card_of(make_site(as_of=day)).one("details", of_class="more").one("summary").text
    assert ("Not checked for over" in said) is old
    assert f"August {day.day}, 2026" in said


def test_the_days_after_which_a_card_is_old_are_the_operators() -> None:
    group = CardGroup("All clinics", "", (Card(1, make_site(as_of=date(2026, 11, 1))),))
    for days, old in ((16, True), (17, False)):
        html = render_list([group], now=NOW, stale_after_days=days)
        assert ("Not checked for over 16 days" in parse(html).text) is old


def test_the_age_of_a_card_is_reckoned_on_the_clinics_calendar() -> None:
    group = CardGroup("All clinics", "", (Card(1, make_site(as_of=date(2026, 8, 20))),))
    # In Chicago it is still November 18, the 90th day.
    late = datetime(2026, 11, 19, 5, 59, tzinfo=UTC)
    assert "Not checked for" not in parse(render_list([group], now=late)).text
    assert "Not checked for" in parse(render_list([group], now=late.replace(hour=6))).text


def test_an_old_card_says_once_that_nobody_checked_it_and_once_whom_to_call() -> None:
    said = card_of(make_site(as_of=date(2025, 12, 8))).text.lower()
    assert said.count("not checked") == 1
    assert said.count("not yet confirmed by the practice") == 1


def test_a_distance_has_one_decimal_and_its_range() -> None:
    said = card_of(FULL, match_of(FULL)).one(of_class="distance").text
    assert re.findall(r"\d+\.\d+", said) == ["10.0", "8.5", "11.5"]
    assert "straight line" in said


def test_an_exact_start_needs_no_range() -> None:
    said = card_of(FULL, match_of(FULL, spread_mi=0)).one(of_class="distance").text
    assert re.findall(r"\d+\.\d+", said) == ["10.0"]


def test_there_is_no_distance_before_a_search() -> None:
    assert card_of(FULL).all(of_class="distance") == []
    assert " mi " not in card_of(FULL).text


@pytest.mark.parametrize("same", [True, False])
def test_clinics_whose_order_is_not_settled_are_marked(same: bool) -> None:
    assert ("About the same distance" in card_of(FULL, match_of(FULL, same=same)).text) is same


@pytest.mark.parametrize(
    ("now", "words", "is_open"),
    [
        (datetime(2026, 11, 18, 17, 0, tzinfo=UTC), "Open now", True),
        (datetime(2026, 11, 19, 3, 0, tzinfo=UTC), "Closed now", False),
        (datetime(2026, 11, 26, 17, 0, tzinfo=UTC), "Call first", False),
    ],
    ids=["morning", "night", "Thanksgiving"],
)
def test_open_now_is_reckoned_on_the_clinics_clock(now: datetime, words: str, is_open: bool) -> None:
    html = render_list([CardGroup("All clinics", "", (Card(1, FULL),))], now=now)
    said = parse(html).one(of_class="open")
    assert words in said.text
    assert ("is-open" in said.classes) is is_open


def test_the_phone_is_a_link_that_a_telephone_can_dial() -> None:
    link = card_of(FULL).one("a", of_class="call")
    assert link.attributes["href"] == "tel:+1-612-555-0111"
    assert "612-555-0111" in link.text


@pytest.mark.parametrize("phone", ["763-555-0100", "(763) 555-0100", "+1 763 555 0100", "763.555.0100"])
def test_the_practices_phone_dials_however_the_operator_writes_it(phone: str) -> None:
    top = parse(render("masthead.html", settings=Settings(practice_phone=phone)))
    (link,) = [one for one in top.all("a") if one.attributes["href"].startswith("tel:")]
    assert link.text == phone
    assert re.fullmatch(r"tel:[+0-9().-]+", link.attributes["href"])
    assert re.sub(r"\D", "", link.attributes["href"]) == "17635550100"


def test_directions_carry_the_clinic_and_nothing_of_the_start() -> None:
    for name, address in directions(FULL).items():
        parts = urlsplit(address)
        asked = parse_qs(parts.query)
        (to,) = {"destination", "daddr", "to"} & asked.keys()
        assert asked.keys() - {to} <= {"api"}
        place = "44.98,-93.27" if name == "OpenStreetMap" else FULL.address
        assert asked[to] == [place]
        assert parts.fragment == ""


def test_a_site_without_a_pin_has_no_directions_to_a_point() -> None:
    assert set(directions(make_site(at=None))) == {"Google Maps", "Apple Maps"}


def test_directions_say_where_they_lead_and_that_they_leave_this_site() -> None:
    menu = card_of(FULL, match_of(FULL)).one("details", of_class="menu")
    links = menu.all("a")
    assert [link.attributes["href"] for link in links] == list(directions(FULL).values())
    for name, link in zip(directions(FULL), links, strict=True):
        assert name in link.text
        assert "another website" in link.text


def test_every_link_to_another_site_opens_without_handing_over_this_page() -> None:
    outward = [link for link in card_of(FULL).all("a") if link.attributes["href"].startswith("http")]
    assert len(outward) == 4
    assert all(link.attributes["rel"] == "noopener noreferrer" for link in outward)


def test_only_the_fixed_list_can_be_reported_and_there_is_no_field_to_type_in() -> None:
    page = page_of(make_site("fake-a"), make_site("fake-b"), reporting=REPORTING)
    for site_id, card in zip(("fake-a", "fake-b"), page.all("li", of_class="clinic"), strict=True):
        buttons = card.one("details", of_class="wrong").all("button")
        assert [button.attributes["data-report"] for button in buttons] == [
            f"{site_id} gone",
            f"{site_id} made-up",
        ]
        assert [button.text.partition(":")[0] for button in buttons] == ["It is gone", "It is made up"]
        assert {button.attributes["type"] for button in buttons} == {"button"}
    for tag in ("input", "textarea", "select", "form"):
        assert page.all(tag) == []


def test_what_is_wrong_can_be_told_by_phone_and_nothing_of_the_visitor_is_kept() -> None:
    wrong = wrong_of(FULL)
    assert wrong.one("a").attributes["href"] == "tel:+1-612-555-0166"
    assert "612-555-0166" in wrong.text
    assert "nothing about you" in wrong.text
    assert wrong.one(of_class="answer").text == ""


def test_the_buttons_that_report_are_closed_away_and_told_apart_by_the_clinics_title() -> None:
    wrong = wrong_of(FULL)
    assert "open" not in wrong.attributes
    assert all(FULL.title in element.text for element in (wrong.one("summary"), *wrong.all("button")))


def test_reporting_comes_after_how_old_the_listing_is() -> None:
    classes = [one.classes for one in page_of(FULL, reporting=REPORTING).all("details")]
    assert [name for one in classes for name in one] == ["menu", "more", "wrong"]


def test_nothing_can_be_reported_where_no_list_is_given() -> None:
    assert page_of(FULL).all(of_class="wrong") == []


def test_groups_are_sections_named_by_their_headings() -> None:
    groups = [
        CardGroup("Near", "", (Card(1, make_site("fake-a")),)),
        CardGroup("Apart", "Because.", (Card(2, make_site("fake-b")),)),
    ]
    page = parse(render_list(groups, now=NOW))
    for section, group in zip(page.all("section"), groups, strict=True):
        heading = section.one("h2")
        assert heading.text == group.heading
        assert section.attributes["aria-labelledby"] == heading.attributes["id"]
        assert group.explanation in section.text
    ids = [element.attributes["id"] for element in page.every() if "id" in element.attributes]
    assert len(ids) == len(set(ids))


def test_a_cards_number_is_read_out_and_stands_in_its_marker() -> None:
    second = page_of(make_site("fake-a"), make_site("fake-b")).all("li", of_class="clinic")[1]
    assert second.one("h3").text.startswith("2. ")
    assert second.one("svg").text == "2"
    assert second.one("svg").attributes["aria-hidden"] == "true"


def test_buttons_and_links_that_repeat_are_told_apart_by_the_clinics_title() -> None:
    card = card_of(FULL)
    repeated = [card.one("button"), *card.all("summary"), *card.one("details", of_class="menu").all("a")]
    assert all(FULL.title in element.text for element in repeated)


TEXT_FIELDS = ("name", "street", "unit", "city", "state", "zip_code", "phone", "fax", "note", "source")
free_text = st.one_of(st.text(min_size=1, max_size=60), st.sampled_from(PAYLOADS))


def with_texts(texts: dict[str, str]) -> Site:
    claims = {
        role: Claim(Answer.YES, Status.PROVISIONAL, texts[role], date(2026, 1, 2))
        for role in ("evaluation", "procedure")
    }
    plain: dict[str, Any] = {field: texts[field] for field in (*TEXT_FIELDS, "website", "site_id")}
    pin = Pin(MINNEAPOLIS, texts["pin"], PinPrecision.ADDRESS)
    return replace(FULL, pin=pin, **{**plain, **claims})


ALL_TEXTS = (*TEXT_FIELDS, "evaluation", "procedure", "pin", "website", "site_id")
PLAIN = with_texts(dict.fromkeys(ALL_TEXTS, "plain"))


def shape(page: Element) -> list[tuple[str, list[str]]]:
    return [(element.tag, list(element.attributes)) for element in page.every()]


@given(free_text)
def test_any_text_is_shown_literally_and_adds_no_element(text: str) -> None:
    # Each field has its own name in front, so that none can stand in for another.
    texts = {field: f"{field} {text} end" for field in ALL_TEXTS}
    site = with_texts(texts)
    page = page_of(site, reporting=REPORTING)
    assert shape(page) == shape(page_of(PLAIN, reporting=REPORTING))
    for field in ALL_TEXTS[:-2]:
        assert one_line(texts[field]) in page.text
    assert page.one("li", of_class="clinic").attributes["data-site"] == texts["site_id"]
    sent = [button.attributes["data-report"] for button in page.one(of_class="complaints").all("button")]
    assert sent == [f"{texts['site_id']} gone", f"{texts['site_id']} made-up"]
    links = [link.attributes["href"] for link in page.all("a")]
    assert texts["website"] in links
    assert set(directions(site).values()) <= set(links)


@given(free_text, free_text)
def test_any_heading_and_explanation_are_shown_literally(heading: str, explanation: str) -> None:
    page = parse(render_list([CardGroup(heading, explanation, (Card(1, FULL),))], now=NOW))
    plain = parse(render_list([CardGroup("plain", "plain", (Card(1, FULL),))], now=NOW))
    assert shape(page) == shape(plain)
    assert page.one("h2").text == one_line(heading)
    assert page.one(of_class="group-note").text == one_line(explanation)


def test_the_legend_shows_each_marker_beside_its_words() -> None:
    legend = parse(render_legend())
    images = [unquote(image.attributes["src"].partition(",")[2]) for image in legend.all("img")]
    assert images == [marker_svg(entry.kind, confirmed=entry.confirmed) for entry in LEGEND]
    assert all(ET.fromstring(image).tag.endswith("svg") for image in images)  # noqa: S314 - made by this project
    said = [meaning.text for meaning in legend.all("dd")]
    assert said[: len(LEGEND)] == [entry.meaning for entry in LEGEND]
    assert "where the search starts" in said[-1]
