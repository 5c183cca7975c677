"""The command `python -m locator export DIR`: the directory as a site that works without this server."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from locator.cli.exit_codes import Exit
from locator.clinics import LastGoodDirectory
from locator.clock import chicago_today
from locator.errors import DirectoryInvalidError, LocatorError, UnwritableError
from locator.files import read_file
from locator.geocoding.places import load_gazetteer
from locator.language import ENGLISH, Language, languages
from locator.presentation import TranslationReview, plural, read_overview, review_of
from locator.publication.static_site import NotOurFolderError, Source, refuse_others, replace_folder
from locator.settings import Settings, load_settings


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `export` to the commands of the command line."""
    export = commands.add_parser("export", help="write the directory as a static web site")
    export.add_argument(
        "folder", type=Path, metavar="DIR", help="a new or empty folder, or one that an export wrote"
    )
    export.set_defaults(run=run)


def run(options: argparse.Namespace) -> Exit:
    """Write the site into the folder that `options` names; the exit code says how that went."""
    # It draws a map, which no other command pays for.
    from locator.publication.static_site.files import site_files  # noqa: PLC0415

    source = read_source(load_settings().with_data())
    around = options.folder.resolve().parent
    is_new = not around.exists()
    try:
        # Before seconds of work.
        refuse_others(options.folder)
        files = site_files(source)
        replace_folder(options.folder, files)
    except NotOurFolderError as exc:
        sys.stderr.write(f"{exc}\n")
        return Exit.USAGE
    except OSError as exc:
        raise UnwritableError(f"{options.folder} cannot be written: {exc.strerror}") from exc
    if is_new:
        # A slip of the pen in the path would otherwise leave the old copy in service without a word.
        sys.stderr.write(f"The folder {around} did not exist and was made.\n")
    kilobytes = sum(map(len, files.values())) / 1000
    clinics = plural(len(source.served.sites), "clinic", "clinics")
    sys.stdout.write(f"{options.folder}: {clinics}, {len(files) + 1} files, {kilobytes:.0f} kB.\n")
    return _report_problems(source)


def read_source(settings: Settings) -> Source:
    """What the app would serve now; DirectoryInvalidError where that is nothing at all."""
    files = settings.data_files
    today = chicago_today()
    served = LastGoodDirectory(files.clinics, today=lambda: today).current()
    if served.clock_behind:
        raise DirectoryInvalidError(
            f"The clock of this machine may be wrong: it says {today}, and the clinic file has dates up to"
            f" {served.clock_behind}. The pages name the day they were made: nothing was written."
        )
    if not served.sites:
        problems = "\n".join(map(str, served.problems))
        raise DirectoryInvalidError(
            f"{problems}\nThe directory has no clinic to show: nothing was written.".strip()
        )
    return Source(
        served=served,
        settings=settings,
        overview=read_overview(files.overview),
        reviews=_reviews(files.translation_reviews),
        gazetteer=load_gazetteer(files.gazetteer),
        base_map=_base_map(files.base_map),
        today=today,
    )


def _reviews(path: Path) -> Mapping[Language, TranslationReview]:
    reviews = ((language, review_of(language, path)) for language in languages() if language != ENGLISH)
    return {language: review for language, review in reviews if review}


def _base_map(path: Path) -> Mapping[str, Any]:
    try:
        lines: dict[str, Any] = json.loads(read_file(path))
    except OSError as exc:
        raise LocatorError(f"{path.name} cannot be read: {exc.strerror}") from exc
    except ValueError as exc:
        raise LocatorError(f"{path.name} is not valid GeoJSON: {exc}") from exc
    return lines


def _report_problems(source: Source) -> Exit:
    """Say what was left out of the site, as the site itself does."""
    problems = source.served.problems
    if not problems:
        return Exit.DONE
    lines = [
        *map(str, problems),
        "Rows with a problem are left out, and the page says that some clinics are.",
    ]
    sys.stderr.writelines(f"{line}\n" for line in lines)
    return Exit.NEEDS_A_LOOK
