"""The command `python -m locator match FILE.csv -o OUT.csv`: what is near each row of a table.

No cell of the table is ever printed: addresses are personal.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Final

from locator.cli.exit_codes import Exit
from locator.cli.matching.columns import PARTS
from locator.cli.matching.matcher import Counts
from locator.cli.matching.nearby import Nearby
from locator.cli.matching.rows import ColumnsUnfitError, InputTable, open_table
from locator.cli.matching.run import Outputs, Run, TableOptions
from locator.cli.places import known_places, valid_directory
from locator.clinics import SiteIndex
from locator.presentation import plural
from locator.progress import Progress
from locator.referral import read_content
from locator.settings import DataFiles, load_settings
from locator.sites import Site

_PREFIX: Final = "drg_"
_STANDARD_INPUT: Final = "-"
# How often progress is shown: as often as it can be followed, and in a log now and then.
_TERMINAL_EVERY_S: Final = 0.2
_LINE_EVERY_S: Final = 5.0


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `match` to the commands of the command line."""
    parser = commands.add_parser("match", help="add the nearest clinics to each row of a table")
    parser.add_argument("file", help="a CSV file of addresses or ZIP codes; - for standard input")
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="OUT.csv", help="the file to make"
    )
    parser.add_argument(
        "--rejected", type=Path, metavar="FILE", help="the file for rows set aside; beside OUT.csv by default"
    )
    for part in PARTS:
        parser.add_argument(f"--{part}", metavar="COLUMN", help=f"the column that holds the {part}")
    parser.add_argument(
        "--prefix", default=_PREFIX, metavar="TEXT", help=f"how added columns begin; {_PREFIX} by default"
    )
    parser.add_argument(
        "--spreadsheet", action="store_true", help="write cells so that no spreadsheet runs them as formulas"
    )
    parser.add_argument("--progress", action="store_true", help="say how far it is without a terminal too")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Match the table that `options` names; 2 for wrong usage, 6 where rows were set aside."""
    output = options.output.resolve()
    aside = (options.rejected or output.with_name(f"{output.stem}.rejected{output.suffix}")).resolve()
    path = None if options.file == _STANDARD_INPUT else Path(options.file)
    problem = _usage_problem(path, output, aside)
    if problem is not None:
        sys.stderr.write(f"{problem}\n")
        return Exit.USAGE
    try:
        with open_table(path) as table:
            counts = _match(options, table, output, aside)
    except ColumnsUnfitError as exc:
        sys.stderr.write(f"{exc}\n")
        return Exit.USAGE
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        return Exit.INTERRUPTED
    _report(counts, aside.name)
    return Exit.NEEDS_A_LOOK if counts.set_aside else Exit.DONE


def _usage_problem(path: Path | None, output: Path, aside: Path) -> str | None:
    files = [file for file in (path, output, aside) if file is not None]
    if len({file.resolve() for file in files}) < len(files):
        return "The table, the output and the file for rows set aside must be three files."
    if any(file.exists() and not file.is_file() for file in (output, aside)):
        return "The output must be files, not folders or devices."
    return None


def _match(options: argparse.Namespace, table: InputTable, output: Path, aside: Path) -> Counts:
    files = load_settings().with_data().data_files
    sites = _active_sites(files)
    places = known_places(files, sites)
    nearby = Nearby(SiteIndex(sites), read_content(files.referral).journey)
    matching = Run(table, _table_options(options), places.place_address, nearby.cells)
    sys.stderr.writelines(f"{remark}\n" for remark in matching.remarks)
    screen = sys.stderr if options.progress or sys.stderr.isatty() else None
    progress = Progress(
        screen, time.monotonic, terminal_every_s=_TERMINAL_EVERY_S, line_every_s=_LINE_EVERY_S
    )
    with Outputs(output, aside) as outputs:
        try:
            return matching.carry_out(outputs, progress)
        finally:
            progress.close()


def _active_sites(files: DataFiles) -> tuple[Site, ...]:
    """The clinics a person may be sent to; says on standard error how many of them no row can name."""
    sites = tuple(site for site in valid_directory(files).sites if site.active)
    without_pin = sum(site.pin is None for site in sites)
    if without_pin:
        sys.stderr.write(
            f"{plural(without_pin, 'clinic has', 'clinics have')} no map pin and can be in no row.\n"
        )
    return sites


def _table_options(options: argparse.Namespace) -> TableOptions:
    names = {part: getattr(options, part) for part in PARTS}
    columns = {part: str(name) for part, name in names.items() if name is not None}
    return TableOptions(columns, options.prefix, for_spreadsheet=options.spreadsheet)


def _report(counts: Counts, aside: str) -> None:
    rows, set_aside = counts.rows, counts.set_aside
    noun = "row" if rows == 1 else "rows"
    sys.stdout.write(f"{rows:,} {noun}: {rows - set_aside:,} matched, {set_aside:,} set aside in {aside}.\n")
    if counts.guessed_lines:
        sys.stderr.write(
            f"Taken for Windows-1252 text, not being UTF-8: {plural(counts.guessed_lines, 'line', 'lines')}."
            " Look at letters with accents.\n"
        )
