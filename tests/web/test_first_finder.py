"""The finder before Streamlit is there: all in one document, and each search answered as on its page."""

from __future__ import annotations

import dataclasses
import logging
from pathlib import Path

import pytest

from locator.clinics import Filters, Need
from locator.errors import ServiceUnavailableError
from locator.geocoding import ServiceOutageError
from locator.geocoding.places import locate
from locator.language import ENGLISH, language_of, speaking
from locator.presentation import ListPages, findings, render, render_list
from locator.settings import DataFiles
from locator.sites import METRES_PER_MILE, PlaceAnswer
from locator.staff.feedback import shared_view_counts
from locator.staff.sign_in import OidcSignIns, StaffAccess
from locator.web.first_document import exact_answer
from locator.web.first_document.finder import FinderParts
from tests.support.address_service import ADDRESS, AddressService
from tests.support.first_documents import (
    FRAGMENT,
    NOON,
    PHONE,
    Documents,
    listed,
    parsed,
    part_of,
    shipped_snapshot,
    snapshot_of,
    start_of,
)
from tests.support.page_visits import ALL_IDS, PROCEDURE_IDS
from tests.support.parsed_html import Element, parse
from tests.support.payloads import PAYLOADS, SUM_DONE, UNSEEABLE
from tests.support.samples import make_site

HERE = {"lat_deg": "44.95", "lon_deg": "-93.26", "accuracy_m": "100"}


@pytest.fixture(scope="module")
def documents() -> Documents:
    return Documents()


def shown_by(place: PlaceAnswer | None, filters: Filters, pages: ListPages | None = None) -> tuple[str, str]:
    """What was found and the cards, as Streamlit's page has them for an answer."""
    snapshot = shipped_snapshot()
    found = findings(snapshot.index(), place, filters, phone=PHONE, pages=pages or ListPages())
    cards = render_list(found.listing.groups, now=NOON, stale_after_days=180)
    return render("found.html", listing=found.listing), cards


def hidden(page: str, name: str) -> str:
    """What the form keeps under a name that nobody sees."""
    (field,) = [one for one in start_of(page).all("input") if one.attributes.get("name") == name]
    assert field.attributes["type"] == "hidden"
    return field.attributes["value"]


def form_of(page: str) -> Element:
    return start_of(page).one("form")


def field_of(page: str) -> Element:
    (field,) = [one for one in form_of(page).all("input") if one.attributes.get("name") == "place"]
    return field


# The document


def test_it_holds_all_that_the_page_has_but_for_the_live_map(documents: Documents) -> None:
    answer = documents.get("/")
    start = start_of(answer.text)
    assert start.one("h1").text == "Find a clinic for DRG stimulation"
    assert start.all("header")[0].one(of_class="questions").one("a").attributes["href"] == f"tel:+1-{PHONE}"
    assert part_of(answer.text, "found").text == "We found 8 clinics."
    assert set(listed(part_of(answer.text, "cards"))) == ALL_IDS
    the_map = part_of(answer.text, "map")
    assert "8 clinics" in " ".join(one.attributes["alt"] for one in the_map.all("img"))
    assert the_map.one("dl", of_class="legend").all("dd")[-1].text == "Shaded area: where the search starts"
    overview = start.one("section", of_class="first-overview")
    assert "dorsal root ganglion" in overview.text.lower()
    assert "This is information, not medical advice." in overview.text
    assert start.one(of_class="first-foot").one("a").attributes["href"] == "/accessibility"


def test_the_form_is_a_plain_one_that_puts_nothing_into_an_address(documents: Documents) -> None:
    page = documents.get("/").text
    form = form_of(page)
    assert (form.attributes["method"], form.attributes["action"]) == ("post", "/")
    assert form.attributes.get("enctype") is None
    labels = {label.attributes.get("for"): label.text for label in form.all("label")}
    assert labels[field_of(page).attributes["id"]] == "ZIP code, city or address"
    assert field_of(page).attributes["autocomplete"] == "off"
    needs = {
        one.attributes["value"]: "checked" in one.attributes
        for one in form.all("input")
        if one.attributes.get("name") == "need"
    }
    assert needs == {need.value: need is Need.ANY for need in Need}
    assert form.one("fieldset").one("legend").text == "What do you need?"
    assert {select.attributes["name"] for select in form.all("select")} == {"within", "weekday"}


def test_the_cards_are_the_very_ones_of_streamlits_page(documents: Documents) -> None:
    parts = documents.parts({})
    found, cards = shown_by(None, Filters())
    assert parts["cards"] == cards
    assert parts["found"] == found
    assert parts["cards"] in documents.get("/").text


@pytest.mark.parametrize(
    ("path", "accepted", "tag"),
    [("/", "en", "en"), ("/", "es-MX,es;q=0.9", "es"), ("/?lang=es", "en", "es"), ("/?lang=en", "es", "en")],
)
def test_it_is_in_the_language_of_the_address_or_else_the_browsers(
    documents: Documents, path: str, accepted: str, tag: str
) -> None:
    words = {"en": "We found 8 clinics.", "es": "Encontramos 8 clínicas."}
    for answer in (
        documents.get(path, accept_language=accepted),
        documents.post({}, path, accept_language=accepted),
    ):
        assert parsed(answer.text).one("html").attributes["lang"] == tag
        assert part_of(answer.text, "found").text == words[tag]
    assert words[tag] in documents.parts({}, path, accept_language=accepted)["found"]


def test_its_links_and_its_form_keep_the_language_and_the_frame(documents: Documents) -> None:
    page = documents.get("/?lang=es&embed=true").text
    assert form_of(page).attributes["action"] == "/?lang=es&embed=true"
    links = {one.attributes.get("hreflang"): one.attributes["href"] for one in start_of(page).all("a")}
    assert links["en"] == "?lang=en&embed=true"
    addresses = [one.attributes["href"] for one in start_of(page).all("a")]
    assert "/refer?lang=es&embed=true" in addresses
    assert "/accessibility?lang=es&embed=true" in addresses
    # Where the address names no language, the links do not either: the browser goes on choosing.
    assert form_of(documents.get("/").text).attributes["action"] == "/"


def test_under_a_path_all_of_its_addresses_stay_there() -> None:
    moved = Documents(base_path="clinics")
    for page in (moved.get("/clinics").text, moved.post({"place": "55407"}, "/clinics/").text):
        assert form_of(page).attributes["action"] == "/clinics/"
        own = [one.attributes["href"] for one in start_of(page).all("a")]
        assert [one for one in own if one.startswith("/") and not one.startswith("/clinics/")] == []
    assert moved.get("/").status_code == 404
    assert moved.post({}, "/").status_code == 404


@pytest.mark.parametrize("damage", ["missing", "broken"])
def test_without_an_overview_the_clinics_are_still_there(data_dir: Path, damage: str) -> None:
    overview = data_dir / "overview.md"
    if damage == "missing":
        overview.unlink()
    else:
        overview.write_text("no facts", encoding="utf-8")
    page = Documents(data_dir=data_dir).get("/").text
    assert set(listed(part_of(page, "cards"))) == ALL_IDS
    assert PHONE in start_of(page).one("section", of_class="first-overview").text


def test_beyond_the_limit_of_visits_the_document_stays_and_streamlit_is_not_begun(
    documents: Documents,
) -> None:
    full = Documents()
    full.is_full = True
    for answer in (full.get("/"), full.post({"place": "55407"})):
        assert answer.status_code == 200
        assert "data-live" not in start_of(answer.text).attributes
        assert len(listed(part_of(answer.text, "cards"))) == 8
    assert "data-live" in start_of(documents.get("/").text).attributes
    full.is_full = False
    assert "data-live" in start_of(full.get("/").text).attributes


# Searches


PLACES = [
    "55407",
    "55407-1234",
    "Saint Paul",
    "st paul mn",
    "Hudson WI",
    "Duluth",
    "Hennepin County",
    "100 Main St, Anoka",
    "1 Elm St, Saint Paul 55101",
    "PO Box 1, 55432",
    "Washington",
    "Springfield",
    "Lake",
    "Minneapolsi",
    "Mapel Grove",
    "qqqqqqqq",
    "99999",
    "90210",
    "Los Angeles, CA",
    "near me",
    "x" * 201,
    "   ",
    "",
]
FILTERS: list[tuple[dict[str, str], Filters]] = [
    ({}, Filters()),
    ({"need": "evaluation"}, Filters(need=Need.EVALUATION)),
    ({"need": "procedure"}, Filters(need=Need.PROCEDURE)),
    ({"need": "both"}, Filters(need=Need.BOTH)),
    ({"within": "5"}, Filters(within_m=5 * METRES_PER_MILE)),
    ({"within": "25"}, Filters(within_m=25 * METRES_PER_MILE)),
    ({"weekday": "4"}, Filters(open_weekday=4)),
    ({"weekday": "0"}, Filters(open_weekday=0)),
    ({"wheelchair": "on"}, Filters(wheelchair=True)),
    (
        {"need": "procedure", "within": "25", "weekday": "0", "wheelchair": "on"},
        Filters(Need.PROCEDURE, 25 * METRES_PER_MILE, 0, wheelchair=True),
    ),
]


@pytest.mark.parametrize("tag", ["en", "es"])
@pytest.mark.parametrize("text", PLACES, ids=lambda text: text[:30] or "nothing")
def test_a_search_is_answered_as_streamlits_page_answers_it(
    documents: Documents, text: str, tag: str
) -> None:
    parts = documents.parts({"place": text, "find": "yes"}, f"/?lang={tag}")
    with speaking(language_of(tag) or ENGLISH):
        place = locate(shipped_snapshot().places, text.strip()) if text.strip() else None
        found, cards = shown_by(place, Filters())
    assert (parts["found"], parts["cards"]) == (found, cards)


@pytest.mark.parametrize(("fields", "filters"), FILTERS, ids=str)
@pytest.mark.parametrize("text", ["", "55407", "Duluth"])
def test_each_filter_is_what_it_is_on_streamlits_page(
    documents: Documents, text: str, fields: dict[str, str], filters: Filters
) -> None:
    parts = documents.parts({"place": text, **fields})
    with speaking(ENGLISH):
        place = locate(shipped_snapshot().places, text) if text else None
        found, cards = shown_by(place, filters)
    assert (parts["found"], parts["cards"]) == (found, cards)


def test_the_document_of_an_answer_keeps_what_was_asked_in_its_form(documents: Documents) -> None:
    asked = {"place": "55407", "need": "procedure", "within": "25", "weekday": "0", "wheelchair": "on"}
    page = documents.post(asked).text
    assert field_of(page).attributes["value"] == "55407"
    ticked = [one.attributes for one in form_of(page).all("input") if "checked" in one.attributes]
    assert [(one["name"], one.get("value")) for one in ticked] == [
        ("need", "procedure"),
        ("wheelchair", None),
    ]
    chosen = [
        option.attributes["value"]
        for option in form_of(page).all("option")
        if "selected" in option.attributes
    ]
    assert chosen == ["25", "0"]
    assert form_of(page).attributes["data-asked"] == "yes"


@pytest.mark.parametrize(
    "fields", [{"need": "both"}, {"place": "55407"}, HERE, {"wheelchair": "on"}], ids=str
)
def test_the_page_knows_that_something_was_asked_so_that_it_is_handed_over(
    documents: Documents, fields: dict[str, str]
) -> None:
    assert form_of(documents.post(fields).text).attributes["data-asked"] == "yes"
    assert form_of(documents.get("/").text).attributes["data-asked"] == ""


@pytest.mark.parametrize("tag", ["en", "es"])
@pytest.mark.parametrize("text", PLACES, ids=lambda text: text[:30] or "nothing")
def test_a_part_is_the_same_alone_and_in_the_document(documents: Documents, text: str, tag: str) -> None:
    fields, path = {"place": text, "find": "yes"}, f"/?lang={tag}"
    parts = documents.parts(fields, path)
    assert parts.keys() == {one.name for one in dataclasses.fields(FinderParts)}
    page = documents.post(fields, path).text
    for name in ("question", "found", "cards", "map"):
        assert parse(parts[name]).text == part_of(page, name).text
        assert parts[name] in page
    for name in ("sealed", "shown", "first"):
        assert hidden(page, name) == parts[name]


def test_a_name_of_several_places_asks_and_its_button_answers(documents: Documents) -> None:
    page = documents.post({"place": "Washington", "find": "yes"}).text
    buttons = part_of(page, "question").all("button")
    assert len(buttons) > 1
    assert f"{len(buttons)} places" in part_of(page, "question").one("h2").text
    for button in buttons:
        assert (button.attributes["form"], button.attributes["name"]) == (
            form_of(page).attributes["id"],
            "instead",
        )
        # A browser sends the field too.
        chosen = documents.post({"place": "Washington", "instead": button.attributes["value"]}).text
        assert part_of(chosen, "question").text == ""
        assert (
            f"near {button.text}" in part_of(chosen, "found").text
            or "outside" in part_of(chosen, "found").text
        )
        assert field_of(chosen).attributes["value"] == button.attributes["value"]


def test_a_misspelt_place_gets_suggestions_and_one_of_them_is_searched(documents: Documents) -> None:
    page = documents.post({"place": "Minneapolsi", "find": "yes"}).text
    question = part_of(page, "question")
    assert "We could not find that place" in question.one("h2").text
    assert "Did you mean:" in question.text
    suggested = next(one for one in question.all("button") if "Minneapolis" in one.text)
    chosen = documents.post({"place": "Minneapolsi", "instead": suggested.attributes["value"]}).text
    assert "near Minneapolis" in part_of(chosen, "found").text


def test_an_unknown_place_leaves_all_clinics(documents: Documents) -> None:
    page = documents.post({"place": "qqqqqqqq"}).text
    assert set(listed(part_of(page, "cards"))) == ALL_IDS
    assert "Below are all clinics." in part_of(page, "found").text


def test_a_place_out_of_the_area_says_so_and_what_to_do(documents: Documents) -> None:
    found = part_of(documents.post({"place": "Duluth"}).text, "found").text
    assert "outside the Twin Cities area" in found
    assert PHONE in found


def test_need_and_nothing_else_asks_for_procedures(documents: Documents) -> None:
    parts = documents.parts({"need": "procedure"})
    assert set(listed(parse(parts["cards"]))) >= PROCEDURE_IDS
    assert set(listed(parse(parts["cards"]).all("section")[0])) == PROCEDURE_IDS


def test_where_the_device_is_is_searched_from_and_kept_rounded(documents: Documents) -> None:
    page = documents.post({**HERE, "lat_deg": "44.951234567"}).text
    assert "your location" in part_of(page, "found").text.lower()
    assert len(part_of(page, "cards").all(of_class="distance")) == 8
    assert [hidden(page, name) for name in HERE] == ["44.95", "-93.26", "100.0"]
    assert "44.951" not in page
    # A filter, or another language, asks from there again.
    kept = {name: hidden(page, name) for name in HERE}
    again = documents.post({**kept, "need": "procedure"}, "/?lang=es").text
    assert len(part_of(again, "cards").all(of_class="distance")) > 0


def test_a_place_that_is_typed_or_chosen_wins_over_the_device(documents: Documents) -> None:
    for asked in ({"place": "55407"}, {"instead": "Minneapolis, MN"}):
        page = documents.post({**HERE, **asked}).text
        assert "your location" not in part_of(page, "found").text.lower()
        assert [hidden(page, name) for name in HERE] == ["", "", ""]


# Pages of a long list


def large() -> Documents:
    return Documents(
        snapshot_of([make_site(f"fake-{number:03}", city=f"City {number:03}") for number in range(45)])
    )


def test_pages_of_a_long_list_are_turned_by_buttons_of_the_form() -> None:
    documents = large()
    first = documents.get("/").text
    (on,) = part_of(first, "cards").all("button", of_class="turn")
    assert (on.attributes["type"], on.attributes["form"], on.attributes["name"]) == (
        "submit",
        "search",
        "turn",
    )
    second = documents.post({"turn": on.attributes["value"]}).text
    assert listed(part_of(second, "cards")) == [f"fake-{number:03}" for number in range(20, 40)]
    back, on = part_of(second, "cards").all("button", of_class="turn")
    third = documents.post({"shown": hidden(second, "shown"), "turn": on.attributes["value"]}).text
    assert listed(part_of(third, "cards")) == [f"fake-{number:03}" for number in range(40, 45)]
    again = documents.post({"shown": hidden(second, "shown"), "turn": back.attributes["value"]}).text
    assert listed(part_of(again, "cards")) == listed(part_of(first, "cards"))


def test_a_page_far_beyond_the_last_is_the_last() -> None:
    page = large().post({"turn": "fitting 99999"}).text
    assert listed(part_of(page, "cards")) == [f"fake-{number:03}" for number in range(40, 45)]


def test_a_search_of_ones_own_begins_with_the_first_page_also_without_scripts() -> None:
    documents = large()
    page = documents.post({"turn": "fitting 1"}).text
    # A browser without scripts sends all that the form keeps, and the button that was pressed.
    button = next(one for one in form_of(page).all("button") if one.attributes.get("class") == "first-submit")
    pressed = {button.attributes["name"]: button.attributes["value"]}
    kept = {"shown": hidden(page, "shown")}
    assert kept["shown"] == "fitting 1"
    assert documents.parts({"place": "55407", **kept, **pressed})["shown"] == ""
    assert documents.parts({"place": "55407", **kept})["shown"] == "fitting 1"


def test_who_searches_again_from_the_text_that_stands_there_turns_pages_of_that() -> None:
    documents = large()
    found = part_of(documents.post({"place": "55407", "turn": "fitting 1"}).text, "cards")
    numbers = [int(one.text.partition(".")[0]) for one in found.all("h3")]
    assert numbers == list(range(21, 41))


# What was typed stays between the person and the answer


TYPED = "4321 Fakename Lane, Testville MN 55407"


@pytest.mark.parametrize("fragment", [False, True])
@pytest.mark.parametrize(
    "place",
    [TYPED, "Fakename-on-the-Nowhere", "Minneapolsi Fakename", "Fakename" * 30],
    ids=lambda one: one[:25],
)
def test_nothing_typed_is_in_a_header_a_title_an_address_or_the_log(
    documents: Documents, caplog: pytest.LogCaptureFixture, place: str, *, fragment: bool
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = documents.post({"place": place, "find": "yes"}, "/?lang=en", **(FRAGMENT if fragment else {}))
    assert answer.status_code == 200
    assert "fakename" not in str(answer.headers).lower()
    assert "set-cookie" not in answer.headers
    assert "location" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"
    assert "fakename" not in caplog.text.lower()
    if fragment:
        assert "fakename" not in answer.text.lower()
        return
    page = parsed(answer.text)
    assert "fakename" not in page.one("title").text.lower()
    # The field has it, and nothing else in the document.
    assert answer.text.lower().count("fakename") == field_of(answer.text).attributes["value"].lower().count(
        "fakename"
    )


def test_an_answer_is_never_kept_for_others(documents: Documents) -> None:
    before = documents.get("/")
    assert documents.post({"place": "55407"}).headers["cache-control"] == "no-store"
    after = documents.get("/")
    assert (after.headers["etag"], after.text) == (before.headers["etag"], before.text)


@pytest.mark.parametrize("kind", PAYLOADS)
def test_what_would_run_does_not_whatever_field_it_comes_in(documents: Documents, kind: str) -> None:
    payload = PAYLOADS[kind]
    plain = documents.post({}).text
    for field in ("need", "within", "weekday", "shown", "turn", "sealed", "first", *HERE):
        assert documents.post({field: payload}).text == plain, field
    for field in ("place", "instead"):
        answer = documents.post({field: payload})
        page = parsed(answer.text)
        if kind not in UNSEEABLE:
            assert field_of(answer.text).attributes["value"] == payload.strip()
        for tag in ("script", "iframe", "style", "form"):
            assert len(page.all(tag)) == len(parsed(plain).all(tag)), (field, tag)
        assert [name for one in page.every() for name in one.attributes if name.startswith("on")] == []
        assert SUM_DONE not in answer.text
        for part in ("question", "found", "cards", "map"):
            alone = parse(documents.parts({field: payload})[part])
            assert shape(alone) == shape(part_of(answer.text, part))


def shape(page: Element) -> list[str]:
    """The elements of a part, without what they say."""
    return [one.tag for one in page.every()]


@pytest.mark.parametrize("kind", [kind for kind in PAYLOADS if kind not in UNSEEABLE])
def test_a_directory_that_would_run_something_is_shown_as_text(kind: str) -> None:
    payload = PAYLOADS[kind]
    documents = Documents(snapshot_of([make_site(name=payload, note=payload, source=payload)]))
    usual = Documents(snapshot_of([make_site(name="Fake", note="Fake", source="Fake")]))
    page = parsed(documents.get("/").text)
    assert len(page.all("script")) == len(parsed(usual.get("/").text).all("script"))
    card = start_of(documents.get("/").text).one("li", of_class="clinic")
    assert " ".join(payload.split()) in card.one("h3").text


# An exact address, with consent


def exact_documents(service: AddressService) -> Documents:
    return Documents(geocoder=service)


YES = {"place": ADDRESS, "exactly": "on", "find": "yes"}


def test_the_box_names_the_service_and_is_empty_each_time() -> None:
    service = AddressService()
    documents = exact_documents(service)
    for page in (documents.get("/").text, documents.post(YES).text):
        (box,) = [one for one in form_of(page).all("input") if one.attributes.get("name") == "exactly"]
        assert "checked" not in box.attributes
        assert "Use my exact address: send it to Fake Address Service, this one time" in form_of(page).text
    without = Documents().get("/").text
    assert [one for one in form_of(without).all("input") if one.attributes.get("name") == "exactly"] == []


def test_without_consent_nothing_is_sent() -> None:
    service = AddressService()
    documents = exact_documents(service)
    for fields in (
        {"place": ADDRESS, "find": "yes"},
        {"place": ADDRESS, "need": "procedure"},
        # The box was ticked, and then something else was pressed than the button beside it.
        {"place": ADDRESS, "exactly": "on", "turn": "fitting 0"},
        {"place": ADDRESS, "exactly": "on", "need": "procedure"},
        {"place": ADDRESS, "exactly": "on", "instead": ADDRESS},
        {"place": "55407", "exactly": "on", "find": "yes"},
    ):
        documents.post(fields)
    assert service.asked == []


def test_with_consent_the_address_is_sent_once_and_its_answer_used_again() -> None:
    service = AddressService()
    documents = exact_documents(service)
    page = documents.post(YES).text
    (asked,) = service.asked
    assert asked.zip_code == "55407"
    first = part_of(page, "found").text
    assert "Fake Address Service" in first
    kept = {"place": ADDRESS, "sealed": hidden(page, "sealed")}
    again = documents.post({**kept, "need": "procedure"}).text
    assert len(service.asked) == 1
    assert "Fake Address Service" in part_of(again, "found").text
    assert hidden(again, "sealed") == kept["sealed"]
    without = documents.post({"place": ADDRESS, "need": "procedure"}).text
    assert "Fake Address Service" not in part_of(without, "found").text
    assert distances(again) != distances(without)
    assert len(service.asked) == 1


def distances(page: str) -> list[str]:
    return [one.one("strong").text for one in part_of(page, "cards").all(of_class="distance")]


def test_with_consent_anew_it_is_asked_anew() -> None:
    service = AddressService()
    documents = exact_documents(service)
    page = documents.post(YES).text
    documents.post({**YES, "sealed": hidden(page, "sealed")})
    assert len(service.asked) == 2


def test_a_service_that_cannot_say_leaves_the_zip_codes_place_and_the_reason() -> None:
    failure: ServiceUnavailableError = ServiceOutageError("down")
    documents = exact_documents(AddressService(failure=failure))
    found = part_of(documents.post(YES).text, "found").text
    assert "ZIP 55407" in found
    assert "We found 8 clinics" in found


def test_only_an_answer_that_was_given_here_to_this_very_text_is_believed() -> None:
    service = AddressService()
    documents = exact_documents(service)
    sealed = hidden(documents.post(YES).text, "sealed")
    body, _, seal = sealed.partition(".")
    flipped = "A" if body[10] != "A" else "B"
    for forged, place in (
        (sealed, f"{ADDRESS} "[:-2]),
        (sealed, "55101"),
        (f"{body[:10]}{flipped}{body[11:]}.{seal}", ADDRESS),
        (f"{body}.{seal[::-1]}", ADDRESS),
        (f"{body}.", ADDRESS),
        (f".{seal}", ADDRESS),
        (f"{body}.{'é' * 64}", ADDRESS),
        (seal, ADDRESS),
        (sealed * 9, ADDRESS),
    ):
        assert exact_answer.opened(forged, place) is None
        page = documents.post({"place": place, "sealed": forged}).text
        assert "Fake Address Service" not in part_of(page, "found").text
        assert hidden(page, "sealed") == ""
    assert exact_answer.opened(sealed, ADDRESS) is not None
    assert len(service.asked) == 1


def test_the_address_is_in_no_header_title_or_log_when_it_was_sent(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for service in (AddressService(), AddressService(failure=ServiceOutageError("down")), AddressService(())):
        answer = exact_documents(service).post(YES)
        assert "Nowhere" not in str(answer.headers)
        assert answer.text.count("12 Nowhere Street") == 1
    assert "Nowhere" not in caplog.text


# Counting what is shown first


@pytest.fixture
def counted(data_dir: Path) -> Documents:
    """Documents of a site whose staff can sign in and see the counts."""
    return Documents(access=StaffAccess(oidc=OidcSignIns({}, idle_s=60)), data_dir=data_dir)


def counts(documents: Documents) -> dict[str, int]:
    return dict(shared_view_counts(documents.settings.data_files.views).counts())


def asked_on(documents: Documents, page: str, **fields: str) -> str:
    """The answer to a form with what the page before kept in it."""
    kept = {name: hidden(page, name) for name in ("shown", "sealed", "first", *HERE)}
    return documents.post({**kept, **fields}).text


def test_a_search_counts_its_first_clinic_once_whatever_is_changed_after_it(counted: Documents) -> None:
    counted.get("/")
    page = counted.post({"place": "55407", "find": "yes"}).text
    assert counts(counted) == {"edina": 1}
    for more in ({"weekday": "0"}, {"turn": "fitting 0"}, {"wheelchair": ""}, {"find": "yes"}):
        page = asked_on(counted, page, place="55407", **more)
    assert counts(counted) == {"edina": 1}
    page = asked_on(counted, page, place="55407", need="procedure")
    assert sum(counts(counted).values()) == 2
    counted.post({"place": "55407", "find": "yes"})
    assert counts(counted)["edina"] == 2


def test_in_place_it_is_counted_as_in_a_new_document(counted: Documents) -> None:
    parts = counted.parts({"place": "55407", "find": "yes"})
    counted.parts({"place": "55407", "first": parts["first"], "weekday": "0"})
    assert counts(counted) == {"edina": 1}


def test_no_search_and_no_single_place_count_nothing(counted: Documents) -> None:
    for place in ("", "Washington", "qqqqqqqq"):
        counted.post({"place": place, "find": "yes"})
    assert counts(counted) == {}


def test_where_nobody_can_sign_in_nothing_is_counted(data_dir: Path) -> None:
    documents = Documents(data_dir=data_dir)
    documents.post({"place": "55407", "find": "yes"})
    assert counts(documents) == {}
    assert not DataFiles(data_dir).views.exists()


def test_reports_are_offered_where_somebody_reads_them(counted: Documents, documents: Documents) -> None:
    assert "data-report" in counted.parts({})["cards"]
    assert "data-report" not in documents.parts({})["cards"]
