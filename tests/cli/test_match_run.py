"""A table through to its two files: whole or not there, and nothing left of a run that was stopped."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from locator.cli.matching.matcher import Counts
from locator.cli.matching.nearby import ADDED
from locator.cli.matching.rows import Blocks, ColumnsUnfitError, TableUnreadableError
from locator.cli.matching.run import TableOptions
from locator.errors import UnwritableError
from locator.files import BusyError
from locator.progress import Progress
from tests.support.match_runs import OPTIONS, ROWS, Job, StoppedError, clock, table

BLOCK = 64 * 1024


@pytest.fixture(scope="module")
def content() -> bytes:
    return table()


@pytest.fixture(scope="module")
def whole(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    job = Job(tmp_path_factory.mktemp("whole") / "job", content)
    job.run()
    return job.results()


def job_of(folder: Path, text: str | bytes) -> Job:
    return Job(folder / "job", text.encode() if isinstance(text, str) else text)


def test_each_row_is_in_one_of_two_files(tmp_path: Path) -> None:
    job = job_of(tmp_path, "zip\r\n55999\r\n55013\r\n55998")
    assert job.run() == Counts(rows=3, set_aside=1, guessed_lines=0)
    matched, aside = job.results()
    blank = "," * (len(ADDED) - 1)
    names = ",".join(f"drg_{name}" for name in ADDED)
    assert matched.decode() == f"zip,{names}\r\n55999,ZIP 55999{blank}\r\n55998,ZIP 55998{blank}\r\n"
    assert aside == b"drg_line,drg_reason,zip\r\n3,We do not know that place.,55013\r\n"


def test_a_byte_order_mark_is_no_part_of_the_first_name_and_stays(tmp_path: Path) -> None:
    job = job_of(tmp_path, "\ufeffzip,id\n55999,1\n")
    assert job.run().set_aside == 0
    assert [text.count(b"\xef\xbb\xbf") for text in job.results()] == [1, 1]
    assert job.results()[0].startswith(b"\xef\xbb\xbfzip,id,drg_place,")


def test_a_table_of_a_header_alone_gives_headers(tmp_path: Path) -> None:
    job = job_of(tmp_path, "zip")
    assert job.run() == Counts()
    assert job.results() == (f"zip,{','.join(OPTIONS.added)}\n".encode(), b"drg_line,drg_reason,zip\n")


def test_a_spreadsheet_is_told_that_it_is_utf8(tmp_path: Path) -> None:
    job = job_of(tmp_path, "zip\n55999\n")
    job.run(options=TableOptions({}, "drg_", for_spreadsheet=True))
    assert all(text.startswith(b"\xef\xbb\xbf") for text in job.results())


@pytest.mark.parametrize(
    "text", ["", "\n\r\n", '"zip\n55999\n', "zip\0\n", b"\x81,zip\n", "zip".encode("utf-16")]
)
def test_a_table_without_a_readable_first_line_is_refused(tmp_path: Path, text: str | bytes) -> None:
    job = job_of(tmp_path, text)
    with pytest.raises(TableUnreadableError, match=r"table\.csv"):
        job.run()
    assert job.is_hidden()


def test_names_of_columns_that_are_taken_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    job = job_of(tmp_path, "zip,drg_reason\n55999,x\n")
    with pytest.raises(ColumnsUnfitError):
        job.run()
    job.run(options=TableOptions({}, "other_"))
    assert job.results()[0].startswith(b"zip,drg_reason,other_place,")


def test_both_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    job = job_of(tmp_path, "zip\n55999\n")
    job.run()
    assert [path.stat().st_mode & 0o777 for path in (job.matched, job.aside)] == [0o600, 0o600]


def test_files_of_an_earlier_run_stay_until_the_new_ones_are_whole(
    tmp_path: Path, content: bytes, whole: tuple[bytes, bytes]
) -> None:
    job = job_of(tmp_path, content)
    job.matched.write_bytes(b"old")
    with pytest.raises(StoppedError):
        job.run(clock(stops_at=5))
    assert job.matched.read_bytes() == b"old"
    job.run()
    assert job.results() == whole


@pytest.mark.parametrize("stops_at", [1, 9, 20])
def test_a_stopped_run_leaves_no_file_and_the_next_one_is_whole(
    tmp_path: Path, content: bytes, whole: tuple[bytes, bytes], stops_at: int
) -> None:
    job = job_of(tmp_path, content)
    with pytest.raises(StoppedError):
        job.run(clock(stops_at))
    assert job.is_hidden()
    assert job.left_over() == []
    assert job.run().rows == ROWS
    assert job.results() == whole


def test_the_output_is_not_named_while_the_run_is_at_work(tmp_path: Path, content: bytes) -> None:
    job = job_of(tmp_path, content)
    seen: list[bool] = []
    job.run(clock(stops_at=20, meanwhile=lambda: seen.append(job.is_hidden() and len(job.left_over()) == 2)))
    assert seen == [True]


def test_an_output_that_cannot_get_its_name_leaves_nothing_hidden(
    tmp_path: Path, content: bytes, whole: tuple[bytes, bytes]
) -> None:
    job = job_of(tmp_path, content)
    # A folder in the place of the file lets everything succeed but the very last step.
    with pytest.raises(UnwritableError):
        job.run(clock(stops_at=10, meanwhile=job.matched.mkdir))
    assert job.aside.read_bytes() == whole[1]
    assert job.left_over() == []
    job.matched.rmdir()
    job.run()
    assert job.results() == whole


def test_a_table_that_changes_while_it_is_read_gives_no_output(tmp_path: Path, content: bytes) -> None:
    job = job_of(tmp_path, content)

    def add_a_row() -> None:
        with job.table.open("ab") as table:
            table.write(b"late,55999\n")

    with pytest.raises(TableUnreadableError, match="changed while it was read"):
        job.run(clock(stops_at=5, meanwhile=add_a_row))
    assert job.is_hidden()


def test_two_runs_do_not_write_the_same_files_at_once(tmp_path: Path, content: bytes) -> None:
    job = job_of(tmp_path, content)
    refused: list[bool] = []

    def run_again() -> None:
        with pytest.raises(BusyError):
            job.run()
        refused.append(True)

    job.run(clock(stops_at=5, meanwhile=run_again))
    assert refused == [True]


def test_a_folder_that_is_not_there_is_told_as_such(tmp_path: Path) -> None:
    job = job_of(tmp_path, "zip\n55999\n")
    job.matched = tmp_path / "gone" / "out.csv"
    with pytest.raises(UnwritableError, match="No such file or directory"):
        job.run()


def test_progress_counts_rows_rate_and_share_and_no_cell(tmp_path: Path, content: bytes) -> None:
    screen = io.StringIO()
    job = job_of(tmp_path, content)
    job.run((6.0 * tick for tick in clock()), screen=screen)
    said = screen.getvalue().splitlines()
    assert len(said) > 10
    form = re.compile(r"([0-9,]+) rows, ([0-9,]+) a second, ([0-9]+) % of the table")
    told = [form.fullmatch(line) for line in said]
    rows, _, share = (int(number.replace(",", "")) for number in told[9].groups()) if told[9] else (0, 0, 0)
    assert rows / ROWS == pytest.approx(share / 100, abs=0.02)
    assert said[-1] == f"{ROWS:,} rows, {ROWS / 6 / len(said):,.0f} a second, 100 % of the table"


def test_progress_is_not_said_more_often_than_it_can_be_read() -> None:
    ticks = iter([0.0, 1.0, 4.9, 5.1, 6.0])
    screen = io.StringIO()
    progress = Progress(screen, lambda: 1_000 + next(ticks), line_every_s=5.0)
    for _ in range(4):
        progress.advance(100, lambda pace: f"{pace.done:,} rows, {pace.per_s:,.0f} a second")
    assert screen.getvalue() == "300 rows, 59 a second\n"


def test_memory_holds_a_block_and_not_the_table(content: bytes) -> None:
    blocks = Blocks(io.BytesIO(content * 3))
    longest = 0
    while True:
        block = blocks.read()
        longest = max(longest, sum(map(len, block.lines)) + block.tail_size)
        blocks.take(len(block.lines))
        if block.is_last:
            break
    assert longest < 2 * BLOCK
