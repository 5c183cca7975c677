"""What a typed text says, word by word, before any place is looked up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.geocoding.places.names import STATE_NAMES, key_of, keys_of, split_state, words_of
from locator.geocoding.places.query import LONGEST_TEXT, Query, Refusal, after_street, is_street, parse_query


def understood(text: str) -> Query:
    query = parse_query(text)
    assert isinstance(query, Query)
    return query


@pytest.mark.parametrize(
    "text",
    [
        "55407",
        " 55407\t",
        "55407-1234",
        "55407–1234",
        "55407 1234",
        "554071234",
        "ZIP 55407",
        "zip code: 55407",
        "55407 zip code",
        "MN55407",
        "554\u200b07",
        "5\ufe0f\u20e35\ufe0f\u20e34\ufe0f\u20e30\ufe0f\u20e37\ufe0f\u20e3",
        "５５４０７",
        "٥٥٤٠٧",
        "\u202e55407\u202c",
        "55407, USA",
        "near 55407",
        "Apt 3, 55407",
    ],
)
def test_a_zip_is_read_in_every_usual_form(text: str) -> None:
    query = understood(text)
    assert query.zip_code == "55407"
    assert query.parts == ()
    assert query.after_zip == ()


@pytest.mark.parametrize(
    "text",
    [
        "5540",
        "554077",
        "55407-12345",
        "55407–12345",
        "PO Box 55407",
        "Apt 55407",
        "Elm St # 55407",
        "44.55407",
        "763-555-0134",
    ],
)
def test_other_numbers_are_not_read_as_a_zip(text: str) -> None:
    assert understood(text).zip_code is None


def test_the_last_zip_like_number_is_the_zip() -> None:
    query = understood("55123 Elm Street, Edina, MN 55435")
    assert query.zip_code == "55435"
    assert query.after_zip == ()
    assert query.parts == (("55123", "elm", "street"), ("edina",))


def test_words_that_follow_a_zip_are_kept_apart_from_those_before() -> None:
    query = understood("Elm St 55407 Minneapolis MN")
    assert query.parts == (("elm", "st"), ("minneapolis",))
    assert query.after_zip == (("minneapolis",),)


def test_a_zip_can_be_read_again_as_a_house_number() -> None:
    address = understood("14000 Nicollet Ave, Burnsville").with_zip_as_house_number()
    assert address.zip_code is None
    assert address.parts == (("14000", "nicollet", "ave"), ("burnsville",))


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("Edina MN", "MN"),
        ("Edina, Minn.", "MN"),
        ("Hudson, Wis", "WI"),
        ("Fargo, N. Dakota", "ND"),
        ("Fargo, N.D.", "ND"),
        ("Charleston, West Virginia", "WV"),
        ("Missoula MT", "MT"),
        ("Edina, MN, United States of America", "MN"),
        ("Edina MN 55435", "MN"),
        ("Edina", None),
        ("Minneota", None),
    ],
)
def test_a_state_is_taken_from_the_end(text: str, state: str | None) -> None:
    query = understood(text)
    assert query.state == state
    assert len(query.parts) == 1


@pytest.mark.parametrize("code", sorted(STATE_NAMES))
def test_every_state_is_known_by_code_and_name(code: str) -> None:
    assert split_state(words_of(f"Testville {code}")) == (("testville",), code)
    assert split_state(words_of(f"Testville {STATE_NAMES[code]}")) == (("testville",), code)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("12 Elm St Apt 3, Edina", (("12", "elm", "st"), ("edina",))),
        ("12 Elm St #4, Edina", (("12", "elm", "st"), ("edina",))),
        ("clinics near Edina", (("edina",),)),
        ("the city of Edina area", (("edina",),)),
        ("county of Hennepin", (("hennepin", "county"),)),
        ("Osseo or Maple Grove", (("osseo",), ("maple", "grove"))),
        ("Minneapolis/Edina", (("minneapolis",), ("edina",))),
        ("Land O' Lakes", (("land", "o", "lakes"),)),
        ("near", (("near",),)),
        ("Tampa, FL 33602", (("tampa",),)),
    ],
)
def test_what_says_nothing_about_where_is_left_out(text: str, parts: tuple[tuple[str, ...], ...]) -> None:
    assert understood(text).parts == parts


def test_the_first_digits_of_a_zip_are_read() -> None:
    assert understood("ZIP codes that begin with 606 (Illinois)").zip_prefix == "606"
    assert understood("ZIP 60601").zip_prefix is None


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", Refusal.EMPTY),
        (" \t\n ", Refusal.EMPTY),
        ("x" * (LONGEST_TEXT + 1), Refusal.TOO_LONG),
        ("\N{PILL}\N{PILL}", Refusal.NO_WORDS),
        ("\x00\x01", Refusal.NO_WORDS),
        ("?!,", Refusal.NO_WORDS),
        ("Near me", Refusal.HERE),
        ("here!", Refusal.HERE),
        ("my location", Refusal.HERE),
        ("M5V 2T6", Refusal.CANADA),
        ("m5v2t6", Refusal.CANADA),
        ("44.98, -93.26", Refusal.COORDINATES),
        ("44.98123 -93.26543", Refusal.COORDINATES),
    ],
)
def test_what_cannot_name_a_place_gets_its_own_reason(text: str, refusal: Refusal) -> None:
    assert parse_query(text) is refusal


def test_the_longest_text_is_still_read() -> None:
    assert isinstance(parse_query("x" * LONGEST_TEXT), Query)


@pytest.mark.parametrize("refusal", list(Refusal))
def test_a_reason_is_plain_and_says_what_to_do_next(refusal: Refusal) -> None:
    assert refusal.sentence.endswith(".")
    assert any(verb in refusal.sentence for verb in ("Type ", "type ", "Check ", "Add "))
    sentences = [sentence for sentence in refusal.split(". ") if sentence]
    assert max(len(sentence.split()) for sentence in sentences) <= 20


@pytest.mark.parametrize(
    "street",
    [
        "123 elm",
        "12b elm st",
        "elm st",
        "lake street",
        "elm st n",
        "nicollet ave",
        "po box 1",
        "highway 55",
        "box 9",
    ],
)
def test_a_street_is_told_by_its_number_type_or_box(street: str) -> None:
    assert is_street(words_of(street))


@pytest.mark.parametrize("words", ["st paul", "north st paul", "123", "maple grove", "st", ""])
def test_a_name_is_not_taken_for_a_street(words: str) -> None:
    assert not is_street(words_of(words))


def test_the_city_would_stand_after_the_last_street_word() -> None:
    assert after_street(words_of("4500 Nicollet Ave S Minneaplis")) == ("minneaplis",)
    assert after_street(words_of("123 Elm St")) == ()


@pytest.mark.parametrize(
    ("name", "spellings"),
    [
        ("Saint Paul", ["St Paul", "st. paul", "ST-PAUL", "SaintPaul", "  saint   paul "]),
        ("North Saint Paul", ["N St Paul", "No. St. Paul"]),
        ("South Saint Paul", ["So St Paul", "S. St. Paul"]),
        ("Inver Grove Heights", ["Inver Grove Hts", "inver grove hgts."]),
        ("Forest Lake", ["Forest Lk"]),
        ("Mount Iron", ["Mt Iron", "Mt. Iron"]),
        ("Fort Ripley", ["Ft Ripley"]),
        ("Brooklyn Center", ["Brooklyn Ctr", "Brooklyn Centre"]),
        ("Minneapolis", ["Mpls", "mpls.", "Minneápolis"]),
        ("St. Mary's Point", ["Saint Marys Point", "St Mary’s Point"]),
    ],
)
def test_usual_spellings_share_one_key(name: str, spellings: list[str]) -> None:
    assert {key_of(words_of(spelling)) for spelling in spellings} == {keys_of(name)[0]}


def test_a_name_run_together_has_a_key_of_its_own() -> None:
    assert "stpaul" in keys_of("Saint Paul")
    assert "lakes" in keys_of("The Lakes")


@given(st.text(max_size=LONGEST_TEXT * 2))
def test_any_text_is_read_or_refused(text: str) -> None:
    query = parse_query(text)
    assert isinstance(query, (Query, Refusal))
    if isinstance(query, Query):
        assert query.words
        assert set(query.bare) <= set(query.named) <= {*query.words, "county"}


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("1 7th St NE, 55413", None),
        ("1 7th St NE 55413", None),
        ("1 Fake Ct 55369", None),
        ("1 Broadway NE", None),
        ("1 Fake St, Omaha, NE", "NE"),
        ("1 Fake St Omaha NE", "NE"),
        ("1 7th St, NE 68101", "NE"),
        ("1 Fake Hartford CT", "CT"),
        ("Hartford CT", "CT"),
        ("1 Fake MN", "MN"),
        ("NE", "NE"),
    ],
)
def test_the_end_of_a_street_is_no_state(text: str, state: str | None) -> None:
    query = parse_query(text)
    assert isinstance(query, Query)
    assert query.state == state
