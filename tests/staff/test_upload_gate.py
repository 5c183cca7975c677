"""Files are taken from signed-in staff alone, of a size told beforehand; from everybody else none."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from locator.staff.people import Role
from locator.staff.sign_in.access import COOKIE, LocalSignIn, StaffAccess, UploadPermits
from locator.staff.sign_in.accounts import Accounts
from locator.staff.sign_in.lockout import Lockout
from locator.staff.sign_in.oidc import OidcSignIns
from locator.staff.sign_in.sessions import StaffSessions
from locator.web.middleware.request_filters import MOST_UPLOAD_BYTES
from tests.support.fake_hasher import Clock, FakeHasher
from tests.support.web_client import WebClient

SESSION = "11111111-2222-4333-8444-555555555555"
FILE = f"/_stcore/upload_file/{SESSION}/66666666-7777-4888-9999-000000000000"


@pytest.fixture
def access() -> StaffAccess:
    made = StaffAccess()
    made.uploads.allow(SESSION, for_s=1000)
    return made


def put(access: StaffAccess, path: str = FILE, *, base_path: str = "", **options: object) -> httpx.Response:
    return WebClient(access=access, base_path=base_path).request("PUT", path, **({"content": b"x"} | options))


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS"])
def test_a_permitted_visit_may_send_and_take_back_files(access: StaffAccess, method: str) -> None:
    assert WebClient(access=access).request(method, FILE, content=b"x").text == "hello"


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PATCH", "BREW"])
def test_no_other_method_passes_even_for_a_permitted_visit(access: StaffAccess, method: str) -> None:
    assert WebClient(access=access).request(method, FILE, content=b"x").status_code == 403


def test_another_visit_is_refused(access: StaffAccess) -> None:
    response = put(access, FILE.replace("1111", "2222"))
    assert (response.status_code, response.text) == (403, "This is not open here.")
    assert response.headers["connection"] == "close"


@pytest.mark.parametrize(
    "path",
    [
        f"/_stcore/upload_file/{SESSION}",
        f"/_stcore/upload_file/{SESSION}/",
        f"/_stcore/upload_file/{SESSION}/a/b",
        f"//_stcore/upload_file/{SESSION}/a",
        f"/_stcore/upload_file/{SESSION}/a%2Fb",
        f"/_stcore/upload_file/{SESSION}/..%2F..%2Fother",
        f"/_stcore/upload%255Ffile/{SESSION}/a",
        f"/_STCORE/upload_file/{SESSION}/a",
        f"/clinics/_stcore/upload_file/{SESSION}/a",
        f"/_stcore/upload_file/{SESSION}/a%0A",
        "/_stcore/upload_file//a",
        "/_stcore/metrics",
        "/_stcore/agent/interact",
        "/_stcore/script-health-check",
    ],
)
def test_only_streamlits_own_spelling_of_one_route_passes(access: StaffAccess, path: str) -> None:
    assert put(access, path).status_code == 403


def test_under_a_base_path_the_door_is_there_and_nowhere_else(access: StaffAccess) -> None:
    assert put(access, f"/clinics{FILE}", base_path="clinics").text == "hello"
    assert put(access, FILE, base_path="clinics").status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content-length": str(MOST_UPLOAD_BYTES)}, 200),
        ({"content-length": str(MOST_UPLOAD_BYTES + 1)}, 413),
        ({"content-length": "9" * 20}, 413),
        ({"content-length": "9" * 21}, 411),
        ({"content-length": "-1"}, 411),
        ({"content-length": "+5"}, 411),
        ({"content-length": "1_0"}, 411),
        ({"content-length": "\u0665".encode()}, 411),
        ({"transfer-encoding": "chunked"}, 411),
        ({"content-length": "5", "transfer-encoding": "chunked"}, 411),
        ({"content-length": ""}, 411),
    ],
)
def test_the_size_is_told_beforehand_and_bounded(
    access: StaffAccess, headers: dict[str, str | bytes], status: int
) -> None:
    assert put(access, content=None, headers=headers).status_code == status


def test_a_long_file_is_refused_by_any_method(access: StaffAccess) -> None:
    headers = {"content-length": str(MOST_UPLOAD_BYTES + 1)}
    assert WebClient(access=access).request("DELETE", FILE, headers=headers).status_code == 413


def test_a_permit_ends_by_itself_and_by_hand() -> None:
    permits = UploadPermits(now_s=(clock := Clock()))
    permits.allow("a", for_s=10)
    clock.now_s += 9
    assert permits.allows("a")
    clock.now_s += 1
    assert not permits.allows("a")
    permits.allow("a", for_s=10)
    permits.withdraw("a")
    assert not permits.allows("a")


def test_at_most_so_many_permits_are_kept_and_the_one_that_ends_first_goes() -> None:
    permits = UploadPermits(now_s=Clock(), most=2)
    permits.allow("a", for_s=30)
    permits.allow("b", for_s=10)
    permits.allow("a", for_s=40)
    permits.allow("c", for_s=20)
    assert [permits.allows(one) for one in "abc"] == [True, False, True]


def test_signing_out_anywhere_takes_the_permit_along(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path / "staff.json", FakeHasher())
    accounts.put("Pat Test", Role.EDITOR, "a made-up phrase")
    local = LocalSignIn(accounts, Lockout(tmp_path), StaffSessions(accounts.find, idle_s=60))
    token = local.sign_in("Pat Test", "a made-up phrase", "192.0.2.1")
    assert token is not None
    access = StaffAccess(local)
    access.permit_uploads(SESSION, {COOKIE: token}, {})
    signed_in = {"cookie": f"other=1; {COOKIE}={token}"}
    assert put(access, headers=signed_in).text == "hello"
    accounts.remove("Pat Test")
    assert put(access, headers=signed_in).status_code == 403


@pytest.mark.parametrize("cookie", ["", f"{COOKIE}=forged", f"{COOKIE}=", "other=1"])
def test_knowing_the_id_of_a_signed_in_visit_is_not_enough(tmp_path: Path, cookie: str) -> None:
    accounts = Accounts(tmp_path / "staff.json", FakeHasher())
    accounts.put("Pat Test", Role.EDITOR, "a made-up phrase")
    local = LocalSignIn(accounts, Lockout(tmp_path), StaffSessions(accounts.find, idle_s=60))
    token = local.sign_in("Pat Test", "a made-up phrase", "192.0.2.1")
    assert token is not None
    access = StaffAccess(local)
    access.permit_uploads(SESSION, {COOKIE: token}, {})
    assert put(access, headers={"cookie": cookie}).status_code == 403


def test_a_permit_of_a_providers_sign_in_ends_with_it_too() -> None:
    oidc = OidcSignIns({"kim@example.org": Role.EDITOR}, idle_s=60, now_s=Clock())
    info = {"is_logged_in": True, "email": "kim@example.org", "email_verified": True, "iat": 1_000_000}
    access = StaffAccess(oidc=oidc)
    access.permit_uploads(SESSION, {}, info)
    assert access.uploads.allows(SESSION)
    access.sign_out({}, info)
    assert not access.uploads.allows(SESSION)


def test_a_permit_for_somebody_not_signed_in_is_none() -> None:
    access = StaffAccess()
    access.permit_uploads(SESSION, {COOKIE: "forged"}, {})
    assert not access.uploads.allows(SESSION)
