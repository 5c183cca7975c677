"""Several editors at once, each in a process of their own, and every version brought back afterwards."""

from __future__ import annotations

import multiprocessing
import random
import time
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Final

from locator.clinics import ClinicTable
from locator.staff.editing import changes, merge
from locator.staff.publishing import History, Kind, PublishedVersion, Refused, Version
from locator.staff.publishing.records import sha256_of
from reliability.figures import Figure, Section, at_most, of_all
from reliability.workspace import ROWS, Workspace, clinics, new_workspace

EDITORS: Final = 8
SAVES_EACH: Final = 25

_COLUMNS: Final = ("note", "unit", "remark")
# Long enough that everybody gets a turn, whatever else the machine does.
_LOCK_TIMEOUT_S: Final = 60.0
_LONGEST_THOUGHT_S: Final = 0.01


@dataclass(frozen=True, slots=True)
class Save:
    """What became of one change: the version that has it, with its bytes' SHA-256, or a conflict shown."""

    editor: str
    site_id: str
    column: str
    text: str
    version_id: str | None
    sha256: str
    merges: int


@dataclass(slots=True)
class Outcome:
    """What all editors did, and what the history then holds."""

    saves: list[Save] = field(default_factory=list)
    in_history: int = 0
    not_the_savers: int = 0
    broken_links: int = 0
    restored: int = 0
    versions: int = 0

    @property
    def published(self) -> list[Save]:
        """The saves that are in service or were."""
        return [save for save in self.saves if save.version_id is not None]


def edit_at_once(editors: int, saves_each: int) -> Outcome:
    """Let them all edit one file, then look through the history and bring back every version of it."""
    outcome = Outcome()
    with new_workspace(_start(), lock_timeout_s=_LOCK_TIMEOUT_S) as workspace:
        # Forked, so that nobody is ahead by the time it takes to start.
        with multiprocessing.get_context("fork").Pool(editors) as pool:
            work = partial(_edit, workspace.data, saves_each)
            for saves in pool.map(work, range(editors), chunksize=1):
                outcome.saves += saves
        _look_through(workspace.history, outcome)
        outcome.restored, outcome.versions = _bring_back(workspace, outcome)
    return outcome


def _start() -> bytes:
    table = ClinicTable.parse(clinics())
    rows = tuple({**row, _COLUMNS[-1]: ""} for row in table.rows)
    return ClinicTable((*table.columns, _COLUMNS[-1]), rows).to_bytes()


def _edit(data: Path, saves: int, editor: int) -> list[Save]:
    workspace = Workspace(data, lock_timeout_s=_LOCK_TIMEOUT_S)
    chance = random.Random(editor)  # noqa: S311 - no secret
    return [_save(workspace, f"Fake Editor {editor}", f"{editor}-{turn}", chance) for turn in range(saves)]


def _save(workspace: Workspace, editor: str, text: str, chance: random.Random) -> Save:
    """Change one cell as the staff page does: publish, merge with what others did, try again."""
    base = ClinicTable.parse((loaded := workspace.writer.load()).raw)
    site_id, column = f"fake-{chance.randint(1, ROWS)}", chance.choice(_COLUMNS)
    mine = _with_cell(base, site_id, column, text)
    time.sleep(chance.uniform(0.0, _LONGEST_THOUGHT_S))
    sha256, merges = loaded.sha256, 0
    while True:
        content = mine.to_bytes()
        outcome = workspace.writer.publish(sha256, content, who=editor, why=text)
        if isinstance(outcome, PublishedVersion):
            return Save(editor, site_id, column, text, outcome.version_id, sha256_of(content), merges)
        if isinstance(outcome, Refused):
            raise TypeError(f"a made-up change was refused: {outcome.problems}")
        theirs, merges = ClinicTable.parse(outcome.theirs), merges + 1
        merged = merge(base, mine, theirs)
        if merged.conflicts:
            return Save(editor, site_id, column, text, None, "", merges)
        base, mine, sha256 = theirs, merged.table, outcome.sha256


def _with_cell(table: ClinicTable, site_id: str, column: str, text: str) -> ClinicTable:
    rows = tuple(row | {column: text} if row["site_id"] == site_id else row for row in map(dict, table.rows))
    return ClinicTable(table.columns, rows)


def _look_through(history: History, outcome: Outcome) -> None:
    """Compare each version with the previous one: only the cell that was saved may differ."""
    by_id = {save.version_id: save for save in outcome.published}
    versions = history.versions(limit=10_000).readable
    for newer, older in pairwise(versions):
        outcome.broken_links += newer.parent != older.id
        save = by_id.get(newer.id)
        changed = _changed_cells(history, older, newer)
        own = {(save.site_id, save.column, save.text)} if save else set()
        outcome.in_history += len(changed & own)
        outcome.not_the_savers += len(changed - own)


def _changed_cells(history: History, older: Version, newer: Version) -> set[tuple[str, str, str]]:
    old, new = (ClinicTable.parse(history.content(one.id)) for one in (older, newer))
    found = changes(old, new)
    rows = {(site_id, "", "") for site_id in (*found.added, *found.removed)}
    return rows | {(one.site_id, one.column, one.after) for one in found.fields}


def _bring_back(workspace: Workspace, outcome: Outcome) -> tuple[int, int]:
    """How many versions came back as the bytes that their editor had sent, and how many there were."""
    sent = {save.version_id: save.sha256 for save in outcome.published}
    versions = workspace.history.versions(limit=10_000).readable
    sent |= {one.id: sha256_of(_start()) for one in versions if one.kind is Kind.FIRST}
    back = 0
    for version in versions:
        workspace.writer.restore(version.id, who="Fake Editor", why="to compare")
        back += sha256_of(workspace.path.read_bytes()) == sent.get(version.id)
    return back, len(versions)


def section() -> Section:
    """The figures of editors at once and of going back."""
    found = edit_at_once(EDITORS, SAVES_EACH)
    return Section("Editors at once", _figures(found, EDITORS * SAVES_EACH))


def _figures(found: Outcome, saves: int) -> tuple[Figure, ...]:
    published = len(found.published)
    shown, merged = len(found.saves) - published, sum(save.merges > 0 for save in found.published)
    return (
        Figure(
            f"{EDITORS} editors, {saves} saves: published, or shown as a conflict",
            f"{published} and {shown}",
            f"{saves} together, some of either",
            published + shown == saves and published > 0 and shown > 0,
            f"each editor is a process that loads the file, changes one cell and saves; {merged} of those"
            " published had first to be merged with what others saved meanwhile. A conflict is one cell that"
            " two changed: the later one is asked.",
        ),
        of_all(
            "published saves that are in the history",
            found.in_history,
            published,
            means="the version has the saver's own text in the saver's own cell.",
        ),
        at_most(
            "cells that a save changed beside its own",
            found.not_the_savers + found.broken_links,
            0,
            means="each version differs from the previous one in the saved cell alone, so nobody's change"
            " was lost without a word.",
        ),
        of_all(
            "versions restored byte for byte",
            found.restored,
            found.versions,
            at_least=saves // 2,
            means="each version of the above was put back into service and compared with the bytes its"
            " editor had sent.",
        ),
    )
