"""Which rows need a pin, which offer becomes one, and what keeps it out of the file."""

from __future__ import annotations

from dataclasses import replace

import pytest

from locator.geocoding.pins.asking import ServiceResponse, is_due, is_for, is_manual, requested_address
from locator.geocoding.pins.plan import APART_M, MOVED_FAR_M, Flag, Proposal, changes, propose, settle
from locator.geocoding.types import AnswerKind, Found
from locator.sites import Coordinate, Pin, PinPrecision, Site
from tests.support.pin_samples import GAZETTEER, MIDDLE, TODAY, found, north
from tests.support.samples import make_site

NO_PIN = make_site(at=None)
AT_MIDDLE = make_site(at=MIDDLE)
ADDRESS = "1 Nowhere St, Testville, MN 55999"
# Within the ZIP code's reach and beyond it.
INSIDE, OUTSIDE = north(4_400), north(4_600)


def proposal(*offers: Found, site: Site = NO_PIN) -> Proposal:
    answered = ServiceResponse("Fake Maps", requested_address(site).one_line, TODAY, offers)
    return propose(site, answered, GAZETTEER)


def flags(*offers: Found, site: Site = NO_PIN) -> list[Flag]:
    return [doubt.flag for doubt in proposal(*offers, site=site).doubts]


def pinned_by(source: str) -> Site:
    return replace(NO_PIN, pin=Pin(MIDDLE, source, PinPrecision.ADDRESS))


def test_the_address_is_asked_without_the_unit_and_with_the_plain_zip() -> None:
    site = replace(NO_PIN, unit="Ste 5", zip_code="55999-0001")
    assert requested_address(site).one_line == ADDRESS


@pytest.mark.parametrize(
    ("pin_address", "same"),
    [
        ("", True),
        (ADDRESS, True),
        ("1  NOWHERE St. Testville MN, 55999", True),
        ("11 Nowhere St, Testville, MN 55999", False),
        ("1 1 Nowhere St, Testville, MN 55999", False),
        ("1 Nowhere St, Testville, MN 55998", False),
        ("1 Nowhere St, Testburg, MN 55999", False),
    ],
)
def test_a_pin_is_for_an_address_whatever_its_capitals_and_punctuation(pin_address: str, same: bool) -> None:
    assert is_for(NO_PIN, pin_address) is same
    assert is_due(AT_MIDDLE, pin_address) is not same


def test_a_new_unit_needs_no_new_pin() -> None:
    assert not is_due(replace(AT_MIDDLE, unit="Ste 9"), ADDRESS)


def test_a_row_without_a_pin_needs_one_whatever_it_was_for() -> None:
    assert is_due(NO_PIN, "")
    assert is_due(NO_PIN, ADDRESS)


@pytest.mark.parametrize(
    ("source", "manual"),
    [("manual", True), ("Manual, at the entrance", True), ("manually", False), ("listing", False)],
)
def test_a_pin_that_a_person_placed_is_never_due(source: str, manual: bool) -> None:
    assert is_manual(pinned_by(source)) is manual
    assert is_due(pinned_by(source), "2 Elsewhere Rd, Testville, MN 55999") is not manual


def test_a_good_offer_has_nothing_against_it() -> None:
    assert flags(found()) == []
    assert proposal(found()).to_write


def test_what_the_service_does_not_say_does_not_count_against_it() -> None:
    assert flags(found(city=None, state=None, zip_code=None)) == []


@pytest.mark.parametrize("city", ["TESTVILLE", "St. Sample", "Saint Sample", "City of Testville"])
def test_any_name_that_mail_to_the_zip_carries_is_the_right_city(city: str) -> None:
    assert flags(found(city=city)) == []


@pytest.mark.parametrize("zip_code", ["55999-1234", "55999"])
def test_zip_plus_four_is_the_same_zip(zip_code: str) -> None:
    assert flags(found(zip_code=zip_code)) == []


@pytest.mark.parametrize(
    ("offer", "flag"),
    [
        (found(state="WI"), Flag.WRONG_STATE),
        (found(city="Elsewhere"), Flag.WRONG_CITY),
        (found(zip_code="55998"), Flag.WRONG_ZIP),
        (found(OUTSIDE), Flag.OUTSIDE_ZIP),
        (found(kind=AnswerKind.ZIP), Flag.IMPRECISE),
        (found(kind=AnswerKind.CITY), Flag.IMPRECISE),
    ],
)
def test_what_speaks_against_an_offer_keeps_it_out_unless_it_is_accepted(offer: Found, flag: Flag) -> None:
    one = proposal(offer)
    assert [doubt.flag for doubt in one.doubts] == [flag]
    assert not one.to_write
    (accepted,) = settle([one], [NO_PIN], {"fake-a"})
    assert accepted.to_write


def test_as_far_as_the_zip_reaches_a_pin_is_inside_it() -> None:
    assert flags(found(INSIDE)) == []


def test_a_zip_the_gazetteer_does_not_cover_cannot_be_left() -> None:
    site = replace(NO_PIN, zip_code="10001")
    assert flags(found(OUTSIDE, zip_code="10001"), site=site) == []


@pytest.mark.parametrize("kind", [AnswerKind.STREET, AnswerKind.INTERPOLATED])
def test_a_street_is_precise_enough(kind: AnswerKind) -> None:
    assert flags(found(kind=kind)) == []


def test_an_address_the_service_does_not_know_cannot_be_accepted() -> None:
    (settled,) = settle([proposal()], [NO_PIN], {"fake-a"})
    assert [doubt.flag for doubt in settled.doubts] == [Flag.NOT_FOUND]
    assert not settled.to_write
    assert not changes([settled])


def test_the_offer_with_the_least_against_it_is_chosen() -> None:
    wrong, right = found(north(1000), state="WI"), found(north(10))
    assert proposal(wrong, right).choice == right
    assert flags(wrong, right) == []


def test_of_equal_offers_the_services_first_is_chosen() -> None:
    first, second = found(north(10)), found(north(20))
    assert proposal(first, second).choice == first


@pytest.mark.parametrize(("apart_m", "ambiguous"), [(APART_M - 5, False), (APART_M + 5, True)])
def test_two_equal_offers_far_apart_are_ambiguous(apart_m: float, ambiguous: bool) -> None:
    assert flags(found(), found(north(apart_m))) == [Flag.AMBIGUOUS] * ambiguous


def test_a_worse_or_a_vaguer_offer_makes_nothing_ambiguous() -> None:
    assert flags(found(), found(north(900), city="Elsewhere")) == []
    assert flags(found(), found(north(900), AnswerKind.STREET)) == []


def test_a_finer_offer_elsewhere_makes_a_street_ambiguous() -> None:
    assert flags(found(kind=AnswerKind.STREET), found(north(900))) == [Flag.AMBIGUOUS]


@pytest.mark.parametrize(("moved_m", "far"), [(MOVED_FAR_M - 5, False), (MOVED_FAR_M + 5, True)])
def test_a_pin_that_moves_far_is_flagged(moved_m: float, far: bool) -> None:
    one = proposal(found(north(moved_m)), site=AT_MIDDLE)
    assert [doubt.flag for doubt in one.doubts] == [Flag.MOVED_FAR] * far
    assert one.moved_m == pytest.approx(moved_m, abs=2)


def test_a_first_pin_has_not_moved() -> None:
    assert proposal(found(INSIDE)).moved_m is None


def test_no_pin_is_put_on_another_clinics_not_even_if_accepted() -> None:
    other = make_site("fake-b", at=MIDDLE)
    (settled,) = settle([proposal(found())], [NO_PIN, other], {"fake-a"})
    assert [doubt.flag for doubt in settled.doubts] == [Flag.SAME_POINT]
    assert "fake-b" in settled.doubts[0].reason
    assert not settled.to_write


def test_of_two_that_would_share_a_point_the_earlier_gets_it() -> None:
    # They differ by less than what is written.
    one, two = (make_site(site_id, at=None) for site_id in ("fake-a", "fake-b"))
    near = Coordinate(MIDDLE.lat_deg + 1e-7, MIDDLE.lon_deg)
    settled = settle([proposal(found(), site=one), proposal(found(near), site=two)], [one, two], ())
    assert [entry.to_write for entry in settled] == [True, False]


def test_a_pin_may_stay_where_it_is() -> None:
    (settled,) = settle([proposal(found(), site=AT_MIDDLE)], [AT_MIDDLE], ())
    assert settled.to_write
    assert settled.moved_m == 0


@pytest.mark.parametrize(
    ("kind", "precision"),
    [
        (AnswerKind.ADDRESS, "address"),
        (AnswerKind.INTERPOLATED, "street"),
        (AnswerKind.STREET, "street"),
        (AnswerKind.ZIP, "zip"),
        (AnswerKind.CITY, "city"),
    ],
)
def test_a_written_pin_says_where_it_is_from_and_what_it_stands_for(kind: AnswerKind, precision: str) -> None:
    offer = found(Coordinate(44.98765444, -93.2), kind)
    assert changes(settle([proposal(offer)], [NO_PIN], {"fake-a"})) == {
        "fake-a": {
            "latitude": "44.987654",
            "longitude": "-93.200000",
            "pin_source": "geocoded: Fake Maps, 2026-11-22",
            "pin_precision": precision,
            "pin_address": ADDRESS,
        }
    }
