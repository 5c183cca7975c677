"""Columns by the names that real files give them, and ZIP cells as people and spreadsheets leave them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.cli.main import main
from locator.cli.matching.columns import find_columns
from locator.cli.matching.rows import ColumnsUnfitError
from locator.cli.matching.zip_cells import meant, read_zip


@pytest.fixture(autouse=True)
def _shipped_data(data_dir: Path) -> None:
    """Settings of whoever runs the tests have no say."""


def matched(folder: Path, header: str, *rows: str) -> list[dict[str, str]]:
    """The rows of both outputs, those that were set aside last."""
    table, out = folder / "table.csv", folder / "out.csv"
    table.write_text("\n".join((header, *rows, "")), encoding="utf-8")
    assert main(["match", str(table), "-o", str(out)]) in {0, 6}
    found = []
    for path in (out, folder / "out.rejected.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            found += list(csv.DictReader(file))
    return found


ZIP_NAMES = [
    *("Zip Code", "ZipCode", "zip_code", "ZIP-CODE", "Zip", "Postal Code", "postal_code", "PostalCode"),
    *("postcode", "ZIP5", "Zip Code 5", "ZIP/Postal Code", "Home ZIP", "Patient Zip Code", "ZCTA5"),
    *("Site Postal Code", "MailingPostalCode", "addr:postcode", "Código postal"),
    "Provider Business Practice Location Address Postal Code",
]


@pytest.mark.parametrize("name", ZIP_NAMES)
def test_the_zip_code_is_found_by_the_names_of_real_files(name: str) -> None:
    assert find_columns(["City", name], {}).at == {"city": 0, "zip": 1}


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("City/Town", "city"),
        ("Site City", "city"),
        ("Provider Business Practice Location Address City Name", "city"),
        ("Site State Abbreviation", "state"),
        ("State/Province", "state"),
        ("Site Address", "address"),
        ("Street Address", "address"),
        ("Address Line 1", "address"),
        ("Provider First Line Business Practice Location Address", "address"),
    ],
)
def test_the_other_parts_are_found_so_too(name: str, part: str) -> None:
    assert find_columns(["zip", name], {}).at == {"zip": 0, part: 1}


@given(
    st.sampled_from(["zip code", "postal code", "home zip", "site postal code"]),
    st.sampled_from(["", " ", "_", "-", ".", "  "]),
    st.sampled_from([str.upper, str.lower, str.title]),
)
def test_blanks_marks_and_case_make_no_name_another(name: str, between: str, case: object) -> None:
    assert callable(case)
    assert find_columns([case(name.replace(" ", between))], {}).at == {"zip": 0}


@pytest.mark.parametrize("name", ["ZIP4", "Kansas City", "Capacity", "Email address", "Address 2", "Zone"])
def test_a_name_that_only_looks_like_one_is_not_taken(name: str) -> None:
    assert find_columns(["zip", name], {}).at == {"zip": 0}


def test_of_several_that_it_could_be_none_is_guessed() -> None:
    with pytest.raises(ColumnsUnfitError, match=r'ZIP code: "Home ZIP", "Mailing ZIP".*--zip'):
        find_columns(["city", "Home ZIP", "Mailing ZIP"], {})


def test_the_plain_name_goes_before_others() -> None:
    assert find_columns(["Home ZIP", "zip", "Postal Code"], {}).at == {"zip": 1}
    assert find_columns(["Home ZIP", "Postal Code"], {}).at == {"zip": 1}


def test_columns_with_other_names_and_those_not_used_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    matched(tmp_path, "Postal Code,City,ZIP4,Note", "55407,Minneapolis,1234,x")
    said = capsys.readouterr().err
    assert 'Read the ZIP code from "Postal Code".' in said
    assert 'Columns that were not used: "ZIP4".' in said
    assert "Note" not in said


def test_where_no_zip_codes_are_found_every_unused_column_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    matched(tmp_path, "City,PLZ", "Minneapolis,55407")
    assert 'No ZIP codes were found. Not used: "PLZ".' in capsys.readouterr().err


def test_a_zip_under_another_name_gives_the_same_clinics_as_zip(tmp_path: Path) -> None:
    (one,) = matched(tmp_path, "zip,city", "55369,Minneapolis")
    (other,) = matched(tmp_path, "Zip Code,City", "55369,Minneapolis")
    assert list(one.values()) == list(other.values())
    assert one["drg_place"].startswith("ZIP 55369")


@pytest.mark.parametrize(
    ("cell", "zip_code"),
    [
        ("55407", "55407"),
        (" 55407 ", "55407"),
        ("55407-1234", "55407"),
        ("554071234", "55407"),
        ("55407 1234", "55407"),
        ("55407\u20131234", "55407"),
        ("55407-", "55407"),
        ("55407.0", "55407"),
        ("55407,00", "55407"),
        ("55,407", "55407"),
        ("55.407", "55407"),
        ("5.5407E+04", "55407"),
        ("55 407", "55407"),
        ("5 5 4 0 7", "55407"),
        ("554O7", "55407"),
        ("MN 55407", "55407"),
        ("55407 (home)", "55407"),
        ('="55407"', "55407"),
        ("'55407", "55407"),
        ("\uff15\uff15\uff14\uff10\uff17", "55407"),
    ],
)
def test_a_cell_that_can_be_one_zip_only_is_read_as_that(cell: str, zip_code: str) -> None:
    found = read_zip(cell)
    assert (found.zip_code, found.needs_state) == (zip_code, False)


@pytest.mark.parametrize(
    ("cell", "zip_code"), [("2134", "02134"), ("2,134", "02134"), ("2134.0", "02134"), ("601", "00601")]
)
def test_a_lost_zero_needs_the_state_beside_it(cell: str, zip_code: str) -> None:
    found = read_zip(cell)
    assert (found.zip_code, found.needs_state) == (zip_code, True)


@pytest.mark.parametrize(
    "cell",
    [
        *("55407, 55408", "55407/55408", "55407 or 55417", "5540712", "55407.5", "55407-12", "55"),
        *("5.54E+04", "K1A 0B6", "SW1A 1AA", "5540Z", "OOOOO", "see note"),
    ],
)
def test_what_can_be_several_things_is_no_zip(cell: str) -> None:
    assert read_zip(cell).zip_code is None


@pytest.mark.parametrize(
    "cell", ["N/A", "n/a", "#N/A", "unknown", " Unknown. ", "none", "-", "--", "?", "NULL"]
)
def test_a_cell_that_says_that_nothing_is_known_is_empty(cell: str) -> None:
    assert meant(cell) == ""
    assert (read_zip(cell).zip_code, read_zip(cell).is_nothing) == (None, True)


ZIP = st.from_regex("[0-9]{5}", fullmatch=True).filter(str.isascii)
FORMS = [
    "{}",
    " {}",
    "{}-",
    "{}-0000",
    "{}.0",
    "{}.00",
    "'{}",
    '="{}"',
    "ZIP {}",
    "MN {}",
    "{} USA",
    "\u00a0{}",
]


@given(ZIP, st.sampled_from(FORMS))
def test_whatever_stands_around_it_no_digit_of_a_zip_is_changed(zip_code: str, form: str) -> None:
    found = read_zip(form.format(zip_code))
    assert (found.zip_code, found.needs_state) == (zip_code, False)


@given(st.text(max_size=30))
def test_any_cell_is_read_and_what_is_read_are_five_digits(cell: str) -> None:
    found = read_zip(cell)
    assert found.zip_code is None or (len(found.zip_code) == 5 and found.zip_code.isascii())
    assert found.zip_code is None or found.zip_code.isdigit()


@given(ZIP, ZIP, st.sampled_from([",", ", ", "/", ";", " or ", " and ", " "]))
def test_of_two_zips_none_is_taken(one: str, other: str, between: str) -> None:
    assert read_zip(f"{one}{between}{other}").zip_code is None


@pytest.mark.parametrize(
    ("cell", "place", "note"),
    [
        ("55407.0", "ZIP 55407", 'read from "55407.0"'),
        ('"55,407"', "ZIP 55407", 'read from "55,407"'),
        ("N/A", "Minneapolis, MN", 'No ZIP code was used: the cell of the ZIP code says "N/A".'),
        ("unknown", "Minneapolis, MN", 'says "unknown"'),
        ("5540", "Minneapolis, MN", 'the cell of the ZIP code, "5540", is no ZIP code'),
        ('"55407, 55408"', "Minneapolis, MN", "is no ZIP code"),
        ("55999", "Minneapolis, MN", "The city was used: the ZIP code 55999 is not known."),
        ("00000", "Minneapolis, MN", "The city was used: the ZIP code 00000 is not known."),
    ],
)
def test_a_zip_cell_is_repaired_or_else_the_city_is_used_and_the_row_says_so(
    tmp_path: Path, cell: str, place: str, note: str
) -> None:
    for header, before in (("city,state,zip", ""), ("address,city,state,zip", "1 Fake St,")):
        (row,) = matched(tmp_path, header, f"{before}Minneapolis,MN,{cell}")
        assert row.get("drg_place", row.get("drg_reason", "")).startswith(place)
        assert note in row["drg_place_notes"]


def test_a_lost_zero_is_put_back_where_the_state_agrees_and_nowhere_else(tmp_path: Path) -> None:
    rows = ("1 Fake St,Boston,MA,2134", "1 Fake St,Boston,MN,2134", "1 Fake St,Boston,,2134")
    found = matched(tmp_path, "address,city,state,zip", *rows)
    in_its_state = next(row for row in found if row["state"] == "MA")
    assert "begin with 021" in in_its_state["drg_place"]
    assert 'The ZIP code 02134 was read from "2134".' in in_its_state["drg_place_notes"]
    others = [row.get("drg_reason") or row["drg_place_notes"] for row in found if row["state"] != "MA"]
    assert len(others) == 2
    assert all('"2134", is no ZIP code' in text for text in others)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1 Fake St,,MN,N/A", 'the cell of the ZIP code says "N/A", and no city is given'),
        ("1 Fake St,,,55", 'the cell of the ZIP code, "55", is no ZIP code of the United States'),
        (",,,5540", '"5540", is no ZIP code'),
        (",Ottawa,ON,K1A 0B6", "Canada"),
        (",London,,SW1A 1AA", '"SW1A 1AA", is no ZIP code of the United States'),
        (",,,N/A", "no address, city or ZIP code"),
        (",Duluth,MN,55407", "the ZIP code and the city disagree: it could be several places: ZIP 55407"),
        (",,WI,55407", "the ZIP code and the state disagree"),
        (",Minneapolis,WI,55407", "the ZIP code and the state disagree"),
    ],
)
def test_a_row_is_set_aside_for_the_reason_that_is_true(tmp_path: Path, row: str, reason: str) -> None:
    (aside,) = matched(tmp_path, "address,city,state,zip", row)
    assert reason in aside["drg_reason"]
    assert "street by itself" not in aside["drg_reason"]


def test_a_city_far_from_a_zip_that_is_known_by_its_first_digits_is_told_of(tmp_path: Path) -> None:
    far, near = matched(tmp_path, "city,state,zip", "San Francisco,CA,90001", "Los Angeles,CA,90001")
    assert "may disagree: the middle of San Francisco, CA" in far["drg_place_notes"]
    assert "disagree" not in near["drg_place_notes"]
