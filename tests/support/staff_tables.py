"""Made-up tables for the tests of staff editing."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

from locator.clinics import ClinicTable
from locator.clinics.schema import COLUMNS

IDS = ("fake-1", "fake-2", "fake-3", "fake-4")


def table_of(*rows: Mapping[str, str], columns: tuple[str, ...] = COLUMNS) -> ClinicTable:
    """A table of these rows."""
    return ClinicTable(columns, rows)


def small_tables() -> st.SearchStrategy[ClinicTable]:
    """Tables of few ids, columns and texts, so that any two have much in common."""

    def rows(columns: tuple[str, ...]) -> st.SearchStrategy[ClinicTable]:
        cells = st.fixed_dictionaries({column: st.sampled_from(("", "a", "b")) for column in columns})
        by_id = st.dictionaries(st.sampled_from(IDS), cells)
        return by_id.map(
            lambda found: ClinicTable(
                ("site_id", *columns),
                tuple({"site_id": site_id} | one for site_id, one in found.items()),
            )
        )

    return st.lists(st.sampled_from(("name", "note", "mine")), unique=True).map(tuple).flatmap(rows)
