"""The ways staff change the directory: one clinic in a form, many in a table, or a file."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import streamlit as st
from pandas import NA, DataFrame

from locator.clinics import ID_COLUMN, OPTIONAL_COLUMNS, SCHEMA, ClinicTable, choice
from locator.clock import chicago_today
from locator.errors import ServiceUnavailableError
from locator.geocoding import StreetGeocoder
from locator.geocoding.pins import Proposal
from locator.language import gettext as _
from locator.language import ngettext
from locator.presentation.map import folium_map
from locator.settings import Settings
from locator.sites import Coordinate, PinPrecision, Site
from locator.staff import StaffMember
from locator.staff.editing import ask, with_pins, without_a_pin
from locator.ui import panels, site_map
from locator.ui.runtime import resources
from locator.ui.staff import drafts, proposal, sign_in
from locator.ui.staff.drafts import Draft
from locator.ui.staff.sign_in import staff_action

_NEW: Final = ""
_START: Final = {column.name: column.about.start for column in SCHEMA.values() if column.about.start}
_PIN_DIGITS: Final = 6
_PATIENCE_S: Final = 30.0


def one_clinic(draft: Draft, sites: Sequence[Site], settings: Settings) -> None:
    """One clinic in a form, with what each field means and its pin on a small map."""
    rows = draft.table.by_id()
    site_id = st.selectbox(
        _("Clinic"),
        [*filter(None, rows), _NEW],
        format_func=lambda name: f"{rows[name].get('city', '')} ({name})" if name else _("A new clinic"),
        key="staff-clinic",
    )
    row = rows.get(site_id, dict.fromkeys(draft.table.columns, "") | _START)
    _form(draft, site_id, row)
    site = next((site for site in sites if site.site_id == site_id and site.pin), None)
    if site is not None:
        _pin_map(draft, site, settings)


def _form(draft: Draft, site_id: str, row: Mapping[str, str]) -> None:
    with st.form(f"staff-form-{site_id}-{drafts.revision()}"):
        with st.container(key="staff-fields"):
            texts = {name: _field(name, row.get(name, ""), site_id) for name in _fields(row)}
        if st.form_submit_button(_("Take over into the changes"), type="primary"):
            proposal.take_over(draft, with_row(draft.table, site_id, texts))


def _fields(row: Mapping[str, str]) -> tuple[str, ...]:
    """The columns of a row, and after them those that its file does without."""
    return (*row, *(name for name in SCHEMA if name in OPTIONAL_COLUMNS and name not in row))


def _field_key(column: str, site_id: str) -> str:
    return f"staff-field-{column}-{site_id}-{drafts.revision()}"


def _field(name: str, text: str, site_id: str) -> str:
    column = SCHEMA.get(name)
    label = column.label if column else panels.plain(name.replace("_", " ")).capitalize()
    # Told apart in words, not by the colour of a star.
    if column and not column.may_be_empty:
        label = _("{field} (required)").format(field=label)
    explained = column.help if column else None
    key = _field_key(name, site_id)
    st.session_state.setdefault(key, text)
    if column is None or not column.choices:
        is_fixed = name == ID_COLUMN and site_id != _NEW
        return str(st.text_input(label, key=key, help=explained, disabled=is_fixed)).strip()
    # A word that no list has came from a file: it stays until somebody changes it.
    offered = column.choices if text in column.choices else (*column.choices, text)
    chosen = st.selectbox(
        label,
        offered,
        key=key,
        format_func=choice,
        help=explained,
        placeholder=_("Choose an option"),
    )
    return str(chosen)


def with_row(table: ClinicTable, site_id: str, texts: Mapping[str, str]) -> ClinicTable:
    """The table with the first row of that id replaced, or with one row more where there is none of it.

    A column that the table lacks is added as its last one if there is a text for it.
    """
    added = tuple(name for name, text in texts.items() if text and name not in table.columns)
    columns = (*table.columns, *added)
    new = {name: texts.get(name, "") for name in columns}
    before = table.by_id().get(site_id)
    rows = [new if row is before else dict.fromkeys(added, "") | dict(row) for row in table.rows]
    return ClinicTable(columns, (*rows, new) if before is None else tuple(rows))


def _pin_map(draft: Draft, site: Site, settings: Settings) -> None:
    st.header(_("Its pin"), anchor=False)
    st.text(_("Drag the pin, or click where it belongs. Latitude and longitude above can be typed as well."))
    pin = folium_map.PinLabel(site, 1, site.title, (site.address,), movable=True)

    @staff_action
    def moved(_who: StaffMember, point: Coordinate) -> None:
        pin_cells = {
            "latitude": f"{point.lat_deg:.{_PIN_DIGITS}f}",
            "longitude": f"{point.lon_deg:.{_PIN_DIGITS}f}",
            "pin_source": "manual",
            "pin_precision": PinPrecision.UNKNOWN,
        }
        row = dict(draft.table.by_id()[site.site_id]) | pin_cells
        drafts.amend_table(draft, with_row(draft.table, site.site_id, row))
        # What else is typed in the form above and not yet applied stays there.
        for column, text in pin_cells.items():
            st.session_state[_field_key(column, site.site_id)] = text

    with st.container(key="map"):
        site_map.show_site_map([pin], None, settings, ways_to=[site], on_point=moved)


def whole_table(draft: Draft, sites: Sequence[Site]) -> None:
    """Every clinic in a table; rows can be added and changed, never deleted; those without a pin, placed."""
    st.text(
        _("Change cells, add rows at the end. To close a clinic, write no under active: no row is deleted.")
    )
    edited = st.data_editor(
        DataFrame(list(draft.table.rows), columns=list(draft.table.columns), dtype=str),
        num_rows="add",
        hide_index=True,
        column_config={name: _column_config(name) for name in draft.table.columns},
        key=f"staff-table-{drafts.revision()}",
    )
    if st.button(_("Take over into the changes"), type="primary", key="staff-take-table"):
        rows = tuple(_texts(row, draft.table.columns) for row in edited.to_dict("records"))
        proposal.take_over(draft, replace(draft.table, rows=rows))
    _placing(draft, sites)


def _placing(draft: Draft, sites: Sequence[Site]) -> None:
    due = without_a_pin(draft.table, sites)
    geocoder = resources.clinic_geocoder()
    if not due or geocoder is None:
        return
    question = ngettext(
        "{count} clinic needs a pin: ask {service}", "{count} clinics need a pin: ask {service}", len(due)
    ).format(count=len(due), service=panels.plain(geocoder.name))
    if st.button(question, key="staff-place"):
        _place(draft, sites, due, geocoder)


@staff_action
def _place(
    _who: StaffMember, draft: Draft, sites: Sequence[Site], due: Sequence[Site], geocoder: StreetGeocoder
) -> None:
    proposals: list[Proposal] = []
    outage = ""
    bar = st.progress(0.0)
    try:
        for done, site in enumerate(due):
            # Asking for many takes minutes, in which somebody may have signed out.
            sign_in.still_signed_in()
            counted = _("{number} of {count}: {site}").format(
                number=done + 1, count=len(due), site=panels.plain(site.title)
            )
            bar.progress(done / len(due), text=counted)
            proposals.append(
                ask(site, geocoder, resources.gazetteer(), today=chicago_today(), budget_s=_PATIENCE_S)
            )
    except ServiceUnavailableError as exc:
        outage = str(exc)
    bar.empty()
    table, left_out = with_pins(draft.table, proposals, sites)
    drafts.start(draft.loaded, table)
    placed = len(proposals) - len(left_out)
    pins_found = ngettext("{count} pin was found.", "{count} pins were found.", placed).format(count=placed)
    proposal.flash(panels.plain(" ".join(filter(None, [pins_found, *left_out, outage]))))
    st.rerun()


def _column_config(name: str) -> Any:  # noqa: ANN401 - Streamlit has no public name for it
    # The table speaks of columns and words as the file has them.
    column = SCHEMA.get(name)
    explained = column.help if column else None
    if column and column.choices:
        return st.column_config.SelectboxColumn(name, options=list(column.choices), help=explained)
    return st.column_config.TextColumn(name, help=explained)


def _texts(row: Mapping[Hashable, object], columns: Sequence[str]) -> dict[str, str]:
    return {column: "" if _is_empty(row.get(column)) else str(row[column]).strip() for column in columns}


def _is_empty(cell: object) -> bool:
    # A cell of a new row that nobody has typed into.
    return cell is None or cell is NA or (isinstance(cell, float) and math.isnan(cell))
