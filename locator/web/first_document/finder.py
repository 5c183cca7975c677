"""The finder without Streamlit: its form, and what it answers."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from typing import Final, Self

from locator.clinics import Filters, Need, within_m
from locator.errors import LocatorError
from locator.geocoding import ROUGHEST_M, DeviceLocation, device_location
from locator.geocoding.places import LONGEST_TEXT, locate
from locator.geocoding.services import place_exactly
from locator.language import gettext as _
from locator.presentation import (
    Findings,
    ListPages,
    as_html,
    findings,
    readable,
    render,
    render_legend,
    render_list,
    wording,
)
from locator.presentation.map import (
    Clusters,
    clusters_of,
    map_picture,
    pin_labels,
    points_path,
    read_base_layer,
    what_counts_mean,
)
from locator.sites import Located, PlaceAnswer
from locator.staff.feedback import reporting, shared_view_counts
from locator.web.first_document import exact_answer
from locator.web.first_document.form import Form
from locator.web.first_document.frame import frame, place_question
from locator.web.first_document.location_words import location_words
from locator.web.first_document.sources import Asked, Sources
from locator.web.served import Snapshot, content

_LOGGER: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FinderQuestion:
    """What a person asks of the finder; the default asks nothing.

    `exactly` is their consent to send the address to the service, this one time; `sealed` the answer of an
    earlier time, as `exact_answer` has it. `first` is the clinic that was first in the answer before, and was
    counted then.
    """

    place: str = ""
    need: Need = Need.ANY
    within_mi: int | None = None
    weekday: int | None = None
    wheelchair: bool = False
    exactly: bool = False
    sealed: str = ""
    first: str = ""
    device: DeviceLocation | None = None
    pages: ListPages = field(default_factory=ListPages)

    @classmethod
    def of(cls, form: Form) -> Self:
        """What a form asks; a value that none of its fields can have counts as not given."""
        need = form.text("need")
        instead = form.text("instead")
        turn = form.text("turn")
        pages = ListPages()
        # Whoever presses the search's own button begins with the first page.
        for choice in () if form.has("find") else (*form.text("shown").split(","), turn):
            pages = pages.after_choice(choice)
        return cls(
            place=(instead or form.text("place"))[: LONGEST_TEXT + 1],
            need=Need(need) if need in set(Need) else Need.ANY,
            within_mi=form.number("within", wording.DISTANCES_MI),
            weekday=form.number("weekday", wording.WEEKDAYS),
            wheelchair=form.has("wheelchair"),
            # The box was ticked for the text in the field and the button beside it.
            exactly=form.has("exactly") and form.has("find"),
            sealed=form.text("sealed"),
            first=form.text("first"),
            device=None if form.text("place") or instead else _device(form),
            pages=pages,
        )

    @property
    def filters(self) -> Filters:
        """What a clinic is to offer."""
        return Filters(
            need=self.need,
            within_m=within_m(self.within_mi),
            open_weekday=self.weekday,
            wheelchair=self.wheelchair,
        )


def _device(form: Form) -> DeviceLocation | None:
    names = ("lat_deg", "lon_deg", "accuracy_m")
    try:
        return device_location.parse_location({name: float(form.text(name)) for name in names})
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class FinderParts:
    """The parts of the page that an answer changes, as HTML, and what its form keeps hidden.

    `sealed` is the answer of a service, `shown` are the pages of the list's groups, and `first` is the clinic
    that was counted as the first.
    """

    question: str
    found: str
    cards: str
    map: str
    sealed: str
    shown: str
    first: str


@dataclass(frozen=True, slots=True)
class _Answer:
    """Where the place is, what was found there, and a service's answer, sealed."""

    place: PlaceAnswer | None
    found: Findings
    sealed: str


def answer(question: FinderQuestion, sources: Sources) -> FinderParts:
    """What is found for a question. Its first clinic is counted, unless it was first before."""
    snapshot = sources.snapshot()
    place, sealed = _place(question, sources, snapshot)
    settings = sources.settings
    found = findings(
        snapshot.index(), place, question.filters, phone=settings.practice_phone, pages=question.pages
    )
    if found.first_id not in (None, question.first) and sources.access.is_open:
        shared_view_counts(settings.data_files.views).shown_first(found.first_id)
    return _parts(question, sources, snapshot, _Answer(place, found, sealed))


def _place(question: FinderQuestion, sources: Sources, snapshot: Snapshot) -> tuple[PlaceAnswer | None, str]:
    """Where the question's place is, None where it has none; and the service's answer, sealed."""
    if question.device is not None:
        return Located(device_location.origin(question.device)), ""
    if not question.place:
        return None, ""
    kept = exact_answer.opened(question.sealed, question.place)
    if kept is not None and not question.exactly:
        return kept, question.sealed
    offline = locate(snapshot.places, question.place)
    geocoder = sources.patient_geocoder() if question.exactly else None
    if geocoder is None:
        return offline, ""
    budget_s = sources.settings.patient_geocoder.timeout_s
    exact = place_exactly(question.place, offline, geocoder, budget_s=budget_s)
    return exact, exact_answer.sealed(question.place, exact)


def _parts(question: FinderQuestion, sources: Sources, snapshot: Snapshot, answered: _Answer) -> FinderParts:
    settings = sources.settings
    place, found = answered.place, answered.found
    reports = reporting(settings.practice_phone) if sources.access.is_open else None
    return FinderParts(
        question=render("first_question.html", **place_question(place, snapshot, settings)),
        found=render("found.html", listing=found.listing),
        cards=render_list(
            found.listing.groups,
            now=sources.now(),
            stale_after_days=settings.staff.stale_after_days,
            reporting=reports,
            open_now=snapshot.served.clock_behind is None,
        ),
        map=_map(question, sources, snapshot, found),
        sealed=answered.sealed,
        shown=_shown(question.pages),
        first=found.first_id or "",
    )


def _map(question: FinderQuestion, sources: Sources, snapshot: Snapshot, found: Findings) -> str:
    clusters = _clusters(question, sources, snapshot, found)
    pins = pin_labels(found.listing.cards)
    base = read_base_layer(sources.settings.data_files.base_map)
    return render(
        "first_map_panel.html",
        counts=what_counts_mean(clusters, found.origin),
        picture=map_picture(pins, found.origin, base, clusters=clusters),
        legend=render_legend(),
    )


def _clusters(
    question: FinderQuestion, sources: Sources, snapshot: Snapshot, found: Findings
) -> Clusters | None:
    shown = (card.site for card in found.listing.cards)
    path = points_path(sources.settings.path_prefix, snapshot.served.version)
    return clusters_of(snapshot.index(), shown, question.filters, path=path, pages=question.pages)


def body(question: FinderQuestion, drawn: FinderParts, asked: Asked, sources: Sources) -> str:
    """The inside of the document."""
    geocoder = sources.patient_geocoder()
    return render(
        "first_finder.html",
        question=question,
        is_asked=replace(question, sealed="", first="") != FinderQuestion(),
        drawn=drawn,
        needs={need: _(name) for need, name in wording.NEED_CHOICES.items()},
        service=geocoder.name if geocoder else None,
        location=location_words(),
        roughest_m=ROUGHEST_M,
        overview=_overview(sources),
        **frame(asked, sources),
    )


def _shown(pages: ListPages) -> str:
    """The pages of the groups in the words that `ListPages.after_choice` reads."""
    numbers = {"fitting": pages.fitting, "possible": pages.possible, "unplaced": pages.unplaced}
    return ",".join(f"{group} {number}" for group, number in numbers.items() if number)


def _overview(sources: Sources) -> str:
    """The overview as on Streamlit's page; where it cannot be shown, that and whom to call."""
    settings = sources.settings
    try:
        written = content.overview(settings.data_files)
    except (LocatorError, OSError):
        _LOGGER.exception("the overview is left out")
        return render("first_no_overview.html", phone=settings.practice_phone)
    shown = readable(written, lambda: content.translation_note(settings.data_files))
    return render(
        "first_overview.html",
        overview=written,
        shown=shown,
        text=as_html(shown.body),
        phone=settings.practice_phone,
    )
