"""The search by ZIP code over HTTP: the command line's answer to the letter, and nothing but ZIP codes."""

from __future__ import annotations

from http import HTTPStatus

import pytest

from locator.cli.main import main
from tests.support.api_client import ApiClient, FakeDirectory
from tests.support.api_refusals import assert_refused
from tests.support.pseudo_language import pseudo_language
from tests.support.samples import CONFIRMED_NO, make_site


@pytest.fixture(scope="module")
def api() -> ApiClient:
    """The API about the shipped clinics."""
    return ApiClient()


@pytest.mark.parametrize("zip_code", ["55407", "55369", "54016", "60601", "55599", "96813"])
@pytest.mark.parametrize(
    ("query", "flags"),
    [
        ("", []),
        ("&limit=1", ["--limit", "1"]),
        ("&need=procedure", ["--need", "procedure"]),
        ("&need=evaluation&within_mi=12.5", ["--need", "evaluation", "--within", "12.5"]),
        ("&need=procedure&within_mi=1e1&limit=3", ["--need", "procedure", "--within", "10", "--limit", "3"]),
    ],
)
def test_the_answer_is_the_command_lines_to_the_letter(
    api: ApiClient, capsys: pytest.CaptureFixture[str], zip_code: str, query: str, flags: list[str]
) -> None:
    main(["nearest", zip_code, "--json", *flags])
    response = api.get(f"/nearest?zip={zip_code}{query}")
    assert response.status_code == HTTPStatus.OK
    assert response.text == capsys.readouterr().out


def test_an_answer_is_kept_by_nobody_and_read_by_any_page(api: ApiClient) -> None:
    headers = api.get("/nearest?zip=55407").headers
    assert headers["content-type"] == "application/json"
    assert headers["cache-control"] == "no-store"
    assert headers["access-control-allow-origin"] == "*"
    assert "set-cookie" not in headers


def test_the_answer_is_english_whatever_a_visitor_chose(api: ApiClient) -> None:
    english = api.get("/nearest?zip=55407").text
    with pseudo_language():
        assert api.get("/nearest?zip=55407").text == english


def test_a_clinic_of_which_it_is_not_known_comes_last_and_a_known_no_is_left_out() -> None:
    unknown = make_site("fake-unknown")
    directory = FakeDirectory([make_site("fake-no", procedure=CONFIRMED_NO), unknown])
    answer = ApiClient(directory).get("/nearest?zip=55407&need=procedure").json()
    assert [match["site_id"] for match in answer["matches"]] == ["fake-unknown"]
    assert [match["procedure"] for match in answer["matches"]] == ["unknown"]


def test_a_zip_code_nobody_knows_is_a_404(api: ApiClient) -> None:
    assert "ZIP code" in assert_refused(api.get("/nearest?zip=00000"), 404)


@pytest.mark.parametrize(
    "zip_code",
    [
        "",
        "5540",
        "554070",
        "55407-1234",
        "Minneapolis",
        "1%20Nowhere%20St",
        "%3Cscript%3E",
        "٥٥٤٠٧",
        "55407%0A",
        "+55407",
    ],
)
def test_anything_but_five_digits_is_refused_and_not_repeated(api: ApiClient, zip_code: str) -> None:
    response = api.get(f"/nearest?zip={zip_code}")
    assert "five digits" in assert_refused(response, 422)
    assert "Nowhere" not in response.text


def test_the_zip_code_must_be_told(api: ApiClient) -> None:
    assert "five digits" in assert_refused(api.get("/nearest"), 422)


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("need=both", "need"),
        ("need=", "need"),
        ("need=Procedure", "need"),
        ("within_mi=0", "within_mi"),
        ("within_mi=-1", "within_mi"),
        ("within_mi=nan", "within_mi"),
        ("within_mi=inf", "within_mi"),
        ("within_mi=1e999", "within_mi"),
        ("within_mi=12501", "within_mi"),
        ("within_mi=1_0", "within_mi"),
        ("within_mi=%2010", "within_mi"),
        ("within_mi=", "within_mi"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=1.0", "limit"),
        ("limit=1_0", "limit"),
        ("limit=", "limit"),
        ("limit=" + "9" * 5000, "limit"),
    ],
)
def test_a_value_beyond_its_limits_is_refused_with_what_is_meant(
    api: ApiClient, query: str, named: str
) -> None:
    assert assert_refused(api.get(f"/nearest?zip=55407&{query}"), 422).startswith(f"{named} must be")


@pytest.mark.parametrize(("query", "count"), [("within_mi=12500", 8), ("limit=100", 8), ("limit=1", 1)])
def test_a_value_at_its_limit_is_taken(api: ApiClient, query: str, count: int) -> None:
    assert len(api.get(f"/nearest?zip=55407&{query}").json()["matches"]) == count


def test_several_wrong_values_are_all_named(api: ApiClient) -> None:
    said = assert_refused(api.get("/nearest?zip=x&need=y&limit=z"), 422)
    assert all(f"{name} must be" in said for name in ("zip", "need", "limit"))
    assert "within_mi must be" not in said


@pytest.mark.parametrize("query", ["zip=55407&zip=55407", "zip=55407&limit=1&limit=2"])
def test_a_parameter_told_twice_is_refused(api: ApiClient, query: str) -> None:
    assert "only once" in assert_refused(api.get(f"/nearest?{query}"), 422)


@pytest.mark.parametrize("query", ["limt=3", "%3Cscript%3E=1", "address=1%20Nowhere%20St", "ZIP=55407"])
def test_a_parameter_that_is_not_there_is_refused_with_those_that_are(api: ApiClient, query: str) -> None:
    said = assert_refused(api.get(f"/nearest?zip=55407&{query}"), 422)
    assert "zip, need, within_mi, limit" in said


def test_the_description_has_each_parameter_with_its_limits_and_an_example(api: ApiClient) -> None:
    described = api.get("/openapi.json").json()["paths"]["/nearest"]["get"]["parameters"]
    limits = {
        one["name"]: {k: v for k, v in one["schema"].items() if k not in {"title", "description", "examples"}}
        for one in described
    }
    assert limits == {
        "zip": {"type": "string", "pattern": "^[0-9]{5}$", "minLength": 5, "maxLength": 5},
        "need": {"type": "string", "enum": ["evaluation", "procedure"]},
        "within_mi": {"type": "number", "exclusiveMinimum": 0, "maximum": 12500},
        "limit": {"type": "integer", "minimum": 1, "maximum": 100, "default": 10},
    }
    assert all(one["description"] and one["schema"]["examples"] for one in described)
    assert [one["name"] for one in described if one["required"]] == ["zip"]
