"""The geocode command from end to end, with a made-up service and a real file on disk."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from locator.cli.exit_codes import Exit
from locator.clinics.schema import COLUMNS
from locator.geocoding.pins.asking import Journal, ServiceResponse
from locator.geocoding.types import (
    AnswerKind,
    Found,
    PostalAddress,
    RateLimitedError,
    ServiceOutageError,
    ServiceRefusedError,
)
from tests.support.geocode_runs import Bench, parse
from tests.support.pin_samples import (
    TODAY,
    FakeGeocoder,
    as_csv,
    cells_of,
    found,
    house,
    north,
    pinned,
    row,
)

SECOND = "2 Nowhere St, Testville, MN 55999"
Answer = Callable[[PostalAddress], tuple[Found, ...]]


class Terminal(io.StringIO):
    """A screen that is a terminal."""

    def isatty(self) -> bool:
        """A progress bar may be drawn."""
        return True


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A file of three: one with a pin, two without."""
    path = tmp_path / "clinics.csv"
    path.write_bytes(as_csv(pinned(1), row(2, unit="Ste 5"), row(3)))
    return Bench(path)


def after(count: int, then: BaseException, answer: Answer = house) -> Answer:
    """Answers so many times, and then raises."""
    left = [count]

    def answer_or_raise(address: PostalAddress) -> tuple[Found, ...]:
        if not left[0]:
            raise then
        left[0] -= 1
        return answer(address)

    return answer_or_raise


def first(times: int, error: Exception) -> Answer:
    """Raises so many times, and then answers."""
    left = [times]

    def raise_or_answer(address: PostalAddress) -> tuple[Found, ...]:
        if left[0]:
            left[0] -= 1
            raise error
        return house(address)

    return raise_or_answer


def far(address: PostalAddress) -> tuple[Found, ...]:
    """A good answer for the second house, and one in the wrong city for all others."""
    return house(address) if address.one_line == SECOND else (found(north(77), city="Elsewhere"),)


def test_rows_without_a_pin_are_filled_and_all_else_stays(bench: Bench) -> None:
    before = cells_of(bench.path.read_bytes())
    assert bench.run() == Exit.DONE
    for number in (2, 3):
        before[f"fake-{number}"] |= {
            "latitude": f"{north(10 * number).lat_deg:.6f}",
            "longitude": "-93.270000",
            "pin_source": "geocoded: Fake Maps, 2026-11-22",
            "pin_precision": "address",
            "pin_address": f"{number} Nowhere St, Testville, MN 55999",
        }
    assert cells_of(bench.path.read_bytes()) == before
    assert list(bench.path.parent.iterdir()) == [bench.path]


def test_a_second_run_asks_nobody_and_changes_nothing(bench: Bench) -> None:
    bench.run()
    written, geocoder = bench.path.read_bytes(), FakeGeocoder()
    assert bench.run(geocoder=geocoder) == Exit.DONE
    assert geocoder.asked == []
    assert bench.path.read_bytes() == written
    assert "nothing to do" in bench.out.getvalue()


def test_a_changed_address_gets_a_new_pin_and_an_unchanged_one_keeps_its_bytes(bench: Bench) -> None:
    moved = pinned(2, pin_address="9 Elsewhere Rd, Testville, MN 55999", latitude="44.9802")
    bench.path.write_bytes(
        as_csv(pinned(1), moved, pinned(3, pin_address="3 NOWHERE st, Testville MN 55999"))
    )
    kept = bench.path.read_bytes().splitlines()[3]
    geocoder = FakeGeocoder()
    assert bench.run(geocoder=geocoder) == Exit.DONE
    assert geocoder.asked == [SECOND]
    assert bench.path.read_bytes().splitlines()[3] == kept
    assert cells_of(bench.path.read_bytes())["fake-2"]["pin_address"] == SECOND


def test_a_pin_placed_by_hand_is_never_moved_but_said(bench: Bench) -> None:
    manual = pinned(1, pin_source="manual", pin_address="9 Elsewhere Rd, Testville, MN 55999")
    bench.path.write_bytes(as_csv(manual))
    before, geocoder = bench.path.read_bytes(), FakeGeocoder()
    assert bench.run("--accept", "fake-1", geocoder=geocoder) == Exit.NEEDS_A_LOOK
    assert (geocoder.asked, bench.path.read_bytes()) == ([], before)
    assert "placed by hand for another address" in bench.out.getvalue()


def test_a_file_without_the_column_gets_it_at_its_end(bench: Bench) -> None:
    columns = tuple(column for column in COLUMNS if column != "pin_address")
    bench.path.write_bytes(as_csv(pinned(1), row(2), columns=columns))
    assert bench.run() == Exit.DONE
    header, one, two = bench.path.read_bytes().splitlines()
    assert header.endswith(b",note,pin_address")
    assert one.endswith(b",yes,,")
    assert two.endswith(b',"2 Nowhere St, Testville, MN 55999"')


def test_clinics_at_one_address_are_asked_about_once_and_not_put_on_one_point(bench: Bench) -> None:
    bench.path.write_bytes(as_csv(row(2, unit="A"), row(2, unit="B", site_id="fake-b")))
    geocoder = FakeGeocoder()
    assert bench.run("--accept", "fake-b", geocoder=geocoder) == Exit.NEEDS_A_LOOK
    assert geocoder.asked == [SECOND]
    assert cells_of(bench.path.read_bytes())["fake-b"]["latitude"] == ""
    assert "the same point as fake-2" in bench.out.getvalue()


def test_a_flagged_row_waits_and_is_written_once_accepted_without_asking_again(bench: Bench) -> None:
    assert bench.run(geocoder=FakeGeocoder(far)) == Exit.NEEDS_A_LOOK
    cells = cells_of(bench.path.read_bytes())
    assert (cells["fake-2"]["latitude"] != "", cells["fake-3"]["latitude"]) == (True, "")
    assert f"geocode {bench.path} --accept fake-3" in bench.out.getvalue()
    geocoder = FakeGeocoder()
    assert bench.run("--accept", "fake-3", geocoder=geocoder) == Exit.DONE
    assert geocoder.asked == []
    assert cells_of(bench.path.read_bytes())["fake-3"]["latitude"] == f"{north(77).lat_deg:.6f}"
    assert "written, accepted" in bench.out.getvalue()
    assert not bench.journal.exists()


def test_nothing_that_is_unknown_to_the_service_is_offered_for_accepting(bench: Bench) -> None:
    assert bench.run(geocoder=FakeGeocoder(lambda _: ())) == Exit.NEEDS_A_LOOK
    assert "Fake Maps does not know this address" in bench.out.getvalue()
    assert "--accept" not in bench.out.getvalue()


def test_an_old_answer_is_asked_for_again(bench: Bench) -> None:
    bench.run(geocoder=FakeGeocoder(lambda _: ()))
    within, beyond = FakeGeocoder(lambda _: ()), FakeGeocoder()
    bench.run(geocoder=within, today=TODAY + timedelta(days=30))
    assert within.asked == []
    assert bench.run(geocoder=beyond, today=TODAY + timedelta(days=31)) == Exit.DONE
    assert len(beyond.asked) == 2


def test_a_dry_run_leaves_the_file_and_the_real_run_uses_its_answers(bench: Bench) -> None:
    os.utime(bench.path, ns=(1, 1))
    before, stat = bench.path.read_bytes(), bench.path.stat()
    assert bench.run("--dry-run") == Exit.DONE
    assert bench.path.read_bytes() == before
    assert (bench.path.stat().st_mtime_ns, bench.path.stat().st_ino) == (stat.st_mtime_ns, stat.st_ino)
    assert bench.out.getvalue().count("would be written") == 2
    geocoder = FakeGeocoder()
    assert bench.run(geocoder=geocoder) == Exit.DONE
    assert geocoder.asked == []
    assert not bench.journal.exists()


def test_the_table_says_everything_about_each_row(bench: Bench) -> None:
    old = pinned(3, pin_address="9 Elsewhere Rd, Testville, MN 55999", latitude="44.98", longitude="-93.27")
    bench.path.write_bytes(as_csv(row(2), old))
    move = {"2 Nowhere St": found(north(20)), "3 Nowhere St": found(north(2500), AnswerKind.STREET)}
    bench.run(geocoder=FakeGeocoder(lambda address: (move[address.street or ""],)))
    assert bench.out.getvalue() == (
        "clinic  old pin                new pin                moved            precision  result\n"
        "fake-2  -                      44.980180, -93.270000  -                address    written\n"
        "fake-3  44.980000, -93.270000  45.002496, -93.270000  1.6 mi (2.5 km)  street     needs a look\n"
        "    moved more than 300 m\n"
        "    asked: 3 Nowhere St, Testville, MN 55999\n"
        "    found: somewhere in Testville\n"
        "\n"
        f"1 row needs a look. If a pin is right: python -m locator geocode {bench.path} --accept fake-3\n"
        "© fake mappers\n"
    )


def test_short_ways_are_in_metres(bench: Bench) -> None:
    bench.path.write_bytes(as_csv(pinned(2, pin_address="another", latitude="44.980", longitude="-93.27")))
    bench.run()
    assert "  20 m (0.01 mi)  " in bench.out.getvalue()


def test_a_services_text_cannot_write_on_the_terminal(bench: Bench) -> None:
    evil = replace(found(city="Else\x1b[2Jwhere"), label="\x1b]0;x\x07", attribution="\x9b1m")
    bench.run(geocoder=FakeGeocoder(lambda _: (evil,)))
    assert bench.out.getvalue().replace("\n", "").isprintable()


def test_json_says_what_the_table_says(bench: Bench) -> None:
    assert bench.run("--json", geocoder=FakeGeocoder(far)) == Exit.NEEDS_A_LOOK
    report = bench.json()
    assert (report["file"], report["dry_run"]) == (str(bench.path), False)
    assert [entry["written"] for entry in report["rows"]] == [True, False]
    assert report["rows"][1] == {
        "site_id": "fake-3",
        "address": "3 Nowhere St, Testville, MN 55999",
        "old_pin": None,
        "new_pin": {"lat_deg": round(north(77).lat_deg, 6), "lon_deg": -93.27},
        "moved_m": None,
        "precision": "address",
        "found": "somewhere in Elsewhere",
        "flags": [{"flag": "wrong_city", "reason": "wrong city: the service says Elsewhere"}],
        "accepted": False,
        "written": False,
    }
    assert report["notes"][-1] == "© fake mappers"


def test_json_is_printed_when_a_run_cannot_end_too(bench: Bench) -> None:
    bench.run("--json", geocoder=FakeGeocoder(after(0, ServiceRefusedError("Fake Maps wants a key."))))
    assert bench.json()["rows"] == []
    assert bench.json()["notes"][0] == "Fake Maps wants a key."


def test_an_invalid_directory_is_reported_and_nobody_is_asked(bench: Bench) -> None:
    bench.path.write_bytes(as_csv(row(2, zip="5")))
    geocoder = FakeGeocoder()
    assert bench.run(geocoder=geocoder) == Exit.INVALID_DATA
    assert geocoder.asked == []
    assert 'column "zip"' in bench.err.getvalue()


def test_a_missing_file_is_reported(bench: Bench) -> None:
    bench.path.unlink()
    assert bench.run() == Exit.INVALID_DATA
    assert "clinics.csv cannot be read" in bench.err.getvalue()


def test_accepting_a_clinic_that_is_not_there_is_wrong_usage(bench: Bench) -> None:
    geocoder = FakeGeocoder()
    assert bench.run("--accept", "fake-2", "nobody", geocoder=geocoder) == Exit.USAGE
    assert geocoder.asked == []
    assert "no clinic of clinics.csv: nobody" in bench.err.getvalue()


@pytest.mark.parametrize("error", [ServiceOutageError("Fake Maps is out."), RateLimitedError("Slow down.")])
def test_a_service_that_cannot_answer_is_asked_again_ever_later_and_then_no_more(
    bench: Bench, error: Exception
) -> None:
    before, geocoder = bench.path.read_bytes(), FakeGeocoder(after(1, error))
    assert bench.run(geocoder=geocoder) == Exit.SERVICE_OUT
    assert bench.slept_s == [2.0, 4.0, 8.0]
    assert len(geocoder.asked) == 1 + 4
    assert bench.path.read_bytes() == before
    assert f"{error}\nWhat was found is kept" in bench.err.getvalue()


def test_the_wait_a_service_names_is_honoured(bench: Bench) -> None:
    geocoder = FakeGeocoder(first(2, RateLimitedError("Slow down.", retry_after_s=30)))
    assert bench.run(geocoder=geocoder) == Exit.DONE
    assert bench.slept_s == [30, 30]
    assert "Slow down. Trying again in 30 s." in bench.err.getvalue()


@pytest.mark.parametrize(("named_s", "slept_s"), [(0, [2.0, 4.0]), (1, [2.0, 4.0]), (3, [3, 4.0])])
def test_a_short_named_wait_does_not_undo_the_backing_off(
    bench: Bench, named_s: float, slept_s: list[float]
) -> None:
    bench.run(geocoder=FakeGeocoder(first(2, RateLimitedError("Slow down.", named_s))))
    assert bench.slept_s == slept_s


def test_each_address_begins_with_new_patience(bench: Bench) -> None:
    turns = iter([ServiceOutageError("Out."), None, ServiceOutageError("Out."), None])

    def every_second(address: PostalAddress) -> tuple[Found, ...]:
        error = next(turns)
        if error is not None:
            raise error
        return house(address)

    assert bench.run(geocoder=FakeGeocoder(every_second)) == Exit.DONE
    assert bench.slept_s == [2.0, 2.0]


@pytest.mark.parametrize(
    "error", [ServiceRefusedError("The key is wrong."), RateLimitedError("Tomorrow.", retry_after_s=301)]
)
def test_what_waiting_does_not_mend_ends_the_run_at_once(bench: Bench, error: Exception) -> None:
    geocoder = FakeGeocoder(after(0, error))
    assert bench.run(geocoder=geocoder) == Exit.SERVICE_OUT
    assert (len(geocoder.asked), bench.slept_s) == (1, [])
    assert str(error) in bench.err.getvalue()


@pytest.mark.parametrize(
    ("stop", "code"),
    [
        (KeyboardInterrupt(), Exit.INTERRUPTED),
        (ServiceRefusedError("No."), Exit.SERVICE_OUT),
    ],
)
def test_what_was_found_before_a_run_stopped_is_not_asked_for_again(
    bench: Bench, stop: BaseException, code: Exit
) -> None:
    before = bench.path.read_bytes()
    assert bench.run(geocoder=FakeGeocoder(after(1, stop))) == code
    assert bench.path.read_bytes() == before
    geocoder = FakeGeocoder()
    assert bench.run(geocoder=geocoder) == Exit.DONE
    assert geocoder.asked == ["3 Nowhere St, Testville, MN 55999"]
    assert "1 of 2 answers is known from an earlier run." in bench.err.getvalue()
    assert cells_of(bench.path.read_bytes())["fake-2"]["latitude"] == f"{north(20).lat_deg:.6f}"


def test_another_services_answers_are_not_used(bench: Bench) -> None:
    with Journal(bench.journal) as journal:
        journal.add(ServiceResponse("Other Maps", SECOND, TODAY, (found(),)))
    geocoder = FakeGeocoder()
    bench.run(geocoder=geocoder)
    assert SECOND in geocoder.asked


def test_a_file_that_somebody_changed_meanwhile_is_left_and_the_answers_kept(bench: Bench) -> None:
    theirs = as_csv(pinned(1), row(2), row(3), row(4))

    def change_and_answer(address: PostalAddress) -> tuple[Found, ...]:
        bench.path.write_bytes(theirs)
        return house(address)

    assert bench.run(geocoder=FakeGeocoder(change_and_answer)) == Exit.NEEDS_A_LOOK
    assert bench.path.read_bytes() == theirs
    assert set(bench.path.parent.iterdir()) == {bench.path, bench.journal}
    assert "changed by somebody else meanwhile. Nothing was written." in bench.err.getvalue()
    geocoder = FakeGeocoder()
    assert bench.run(geocoder=geocoder) == Exit.DONE
    assert geocoder.asked == ["4 Nowhere St, Testville, MN 55999"]


def test_a_file_that_somebody_removed_meanwhile_is_not_brought_back(bench: Bench) -> None:
    def remove_and_answer(address: PostalAddress) -> tuple[Found, ...]:
        bench.path.unlink(missing_ok=True)
        return house(address)

    assert bench.run(geocoder=FakeGeocoder(remove_and_answer)) == Exit.NEEDS_A_LOOK
    assert list(bench.path.parent.iterdir()) == [bench.journal]


def test_a_pin_the_directory_would_refuse_is_not_written_even_if_accepted(bench: Bench) -> None:
    before = bench.path.read_bytes()
    abroad = replace(found(state=None, city=None, zip_code=None), point=replace(north(0), lat_deg=10.0))
    answers = FakeGeocoder(lambda address: (abroad,) if address.one_line == SECOND else house(address))
    assert bench.run("--accept", "fake-2", geocoder=answers) == Exit.INVALID_DATA
    assert bench.path.read_bytes() == before
    assert "would make the file invalid" in bench.err.getvalue()


def test_two_runs_on_one_file_do_not_mix(bench: Bench) -> None:
    geocoder = FakeGeocoder()
    with Journal(bench.journal):
        assert bench.run(geocoder=geocoder) == Exit.INVALID_DATA
    assert geocoder.asked == []
    assert "another run is at work" in bench.err.getvalue()
    assert bench.run() == Exit.DONE


def test_the_mode_of_the_file_and_a_link_to_it_are_kept(bench: Bench, tmp_path: Path) -> None:
    bench.path.chmod(0o640)
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    link = folder / "link.csv"
    link.symlink_to(bench.path)
    assert Bench(link).run() == Exit.DONE
    assert link.is_symlink()
    assert bench.path.stat().st_mode & 0o777 == 0o640
    assert cells_of(bench.path.read_bytes())["fake-2"]["latitude"]


def test_a_leftover_journal_of_a_finished_run_is_removed(bench: Bench) -> None:
    bench.run()
    bench.journal.write_text("{}\n")
    bench.run("--dry-run")
    assert bench.journal.exists()
    bench.run()
    assert not bench.journal.exists()


@pytest.mark.parametrize("torn", [b'{"service":"Fake Ma', b"\x00\xff\n", b"{}\n", b"\n\n"])
def test_a_torn_or_foreign_line_of_the_journal_costs_only_itself(bench: Bench, torn: bytes) -> None:
    with Journal(bench.journal) as journal:
        journal.add(ServiceResponse("Fake Maps", SECOND, TODAY, house(PostalAddress("2 Nowhere St"))))
    with bench.journal.open("ab") as file:
        file.write(torn)
    geocoder = FakeGeocoder(after(1, KeyboardInterrupt()))
    bench.run("--dry-run", geocoder=geocoder)
    assert geocoder.asked == ["3 Nowhere St, Testville, MN 55999"]
    with Journal(bench.journal) as journal:
        for number in (2, 3):
            address = f"{number} Nowhere St, Testville, MN 55999"
            answered = journal.response("Fake Maps", address, since=TODAY)
            assert answered is not None
            assert answered.found == house(PostalAddress(f"{number} Nowhere St"))


def test_off_a_terminal_progress_is_plain_lines_with_rate_and_time_left(bench: Bench) -> None:
    bench.run()
    assert bench.err.getvalue() == (
        "1 of 2: fake-2; 0.5 a second, 2 s left\n2 of 2: fake-3; 0.5 a second, 0 s left\n"
    )


def test_on_a_terminal_progress_is_a_bar_that_sentences_do_not_tear(bench: Bench) -> None:
    bench.err = Terminal()
    bench.run(geocoder=FakeGeocoder(first(1, ServiceOutageError("Out."))))
    assert bench.err.getvalue() == (
        "\r\x1b[KOut. Trying again in 2 s.\n"
        "\r\x1b[K[############............] 1 of 2, 0.5 a second, 2 s left"
        "\r\x1b[K[########################] 2 of 2, 0.5 a second, 0 s left\n"
    )


def test_a_long_time_left_is_in_minutes(bench: Bench) -> None:
    bench.path.write_bytes(as_csv(*(row(number) for number in range(1, 42))))
    bench.run()
    assert "1 of 41: fake-1; 0.5 a second, 1 min 20 s left\n" in bench.err.getvalue()


def test_the_options_are_read_in_every_order() -> None:
    options = parse("file.csv", "--accept", "a", "b", "--dry-run", "--accept", "c", "--json")
    assert (options.file, options.accept) == (Path("file.csv"), ["a", "b", "c"])
    assert (options.dry_run, options.json) == (True, True)
    assert (parse().file, parse().accept, parse().dry_run, parse().json) == (None, [], False, False)
