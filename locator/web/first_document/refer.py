"""The referral page without Streamlit: its form, the sites, the criteria and the sheet."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from http import HTTPStatus
from itertools import groupby
from typing import Final, Literal, Self

from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from locator.clinics import Filters, within_m
from locator.clock import chicago_date
from locator.errors import ContentInvalidError
from locator.geocoding.places import LONGEST_TEXT, locate
from locator.language import gettext as _
from locator.language import marked as N_
from locator.presentation import render, render_legend, site_marker_image, wording
from locator.presentation.map import map_picture, read_base_layer
from locator.referral import (
    MOST_TIMES,
    PROGRAMMING_VISIT,
    Assessment,
    Criterion,
    CriterionAnswer,
    Plan,
    Preferences,
    ReferralContent,
    ReferralView,
    SiteChoice,
    as_shown,
    assess,
    choices,
    in_current_language,
    is_long,
    link_params,
    read_link,
    referral_view,
    restated,
    rows,
    site_lists,
    still_offered,
    stops,
    summary,
    total,
    view_link,
)
from locator.referral.sheet import (
    Sheet,
    content_sheet,
    pdf_file_name,
    sheet_html,
    sheet_text,
    site_vcard,
    vcard_file_name,
)
from locator.sites import PlaceAnswer
from locator.web.first_document.form import Form
from locator.web.first_document.frame import frame, place_question
from locator.web.first_document.page import whole_document
from locator.web.first_document.sources import Asked, Sources
from locator.web.first_document.typesetting import TYPESETTER, TypesetterBusyError
from locator.web.served import Snapshot, content

_LOGGER: Final = logging.getLogger(__name__)

LONGEST_PLACE: Final = 80
"""A city or a county needs no more; what is sent all the same is refused in words."""

OUT_OF_ORDER: Final = N_("This page is out of order: its text has errors. Call {phone} to refer a patient.")
_BUSY: Final = N_("Many sheets are being made just now. Please wait a moment, then press Download again.")
_RETRY_AFTER_S: Final = "5"

_PDF: Final = "pdf"
_EVALUATION: Final = "evaluation"
_WHOLE_WAY: Final = "whole"
_YES_NO: Final = {"yes": True, "no": False}
_ANSWER: Final = "criterion-"
"""Before a criterion's id, the name of the fields that answer it."""


@dataclass(frozen=True, slots=True)
class ReferQuestion:
    """What a referrer asks and has chosen; the default asks nothing.

    `chosen` are the sites chosen by hand, `answers` the criteria's by their ids, in the content file's words.
    `is_link` says that all of this comes from a link.
    """

    place: str = ""
    evaluation_only: bool = False
    sessions: int | None = None
    within_mi: int | None = None
    weekday: int | None = None
    wheelchair: bool = False
    accepting: bool = False
    chosen: SiteChoice = field(default_factory=SiteChoice)
    city: str = ""
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_link: bool = False

    @classmethod
    def of(cls, form: Form) -> Self:
        """What a form asks; a value that none of its fields can have counts as not given."""
        return cls(
            place=_place_of(form)[: LONGEST_TEXT + 1],
            evaluation_only=form.text("planned") == _EVALUATION,
            sessions=form.number("sessions", range(MOST_TIMES + 1)),
            within_mi=form.number("within", wording.DISTANCES_MI),
            weekday=form.number("weekday", wording.WEEKDAYS),
            wheelchair=form.has("wheelchair"),
            accepting=form.has("accepting"),
            chosen=_chosen_in(form),
            city=form.text("city")[:LONGEST_PLACE],
            answers=form.all_named(_ANSWER),
            is_link=form.has("link"),
        )

    @property
    def is_asked(self) -> bool:
        """Whether somebody asked it here, which Streamlit's page cannot know; a link it reads itself."""
        return not self.is_link and self != ReferQuestion()

    @property
    def site_filters(self) -> Filters:
        """What any of the sites is to offer."""
        return Filters(
            within_m=within_m(self.within_mi), open_weekday=self.weekday, wheelchair=self.wheelchair
        )

    def preferences(self, shown: ReferralContent) -> Preferences:
        """What follows for the visits and the sites, in the words that are shown."""
        return Preferences.of(
            shown.journey,
            self.site_filters,
            evaluation_only=self.evaluation_only,
            sessions=self.sessions_of(shown),
            accepting=self.accepting,
        )

    def answer_to(self, written: Criterion) -> CriterionAnswer:
        """How a criterion of the content file is answered, in the file's words."""
        given = self.answers.get(written.criterion_id, ())
        if written.choices:
            return as_shown(written, written, given)
        return _YES_NO.get(given[-1]) if given else None

    def sessions_of(self, shown: ReferralContent) -> int:
        """The programming sessions to count: the practice's own number where none is given."""
        return shown.journey.times_of(PROGRAMMING_VISIT) if self.sessions is None else self.sessions


def linked_form(params: Mapping[str, str]) -> Form | None:
    """The form as a link fills it in; None where an address names nothing of a plan."""
    linked = read_link(params)
    pairs = [
        ("place", linked.start),
        ("evaluation_id", linked.evaluation_id),
        ("procedure_id", linked.procedure_id),
    ]
    if not any(text for _name, text in pairs):
        return None
    is_evaluation = linked.evaluation_id and not linked.procedure_id
    return Form([*pairs, ("planned", _EVALUATION if is_evaluation else _WHOLE_WAY), ("link", "")])


def _place_of(form: Form) -> str:
    # A file is of the plan that the page shows, not of what was typed since.
    if form.text("sheet") == _PDF:
        return form.text("start")
    return form.text("instead") or form.text("place")


def _chosen_in(form: Form) -> SiteChoice:
    """The sites chosen by hand. What the lists had of themselves is no choice, and another place has its own.

    The form tells what the lists `held` when it was drawn, and whether that was the person's `own`.
    """
    if form.has("choose"):
        evaluation_id, _blank, procedure_id = form.text("choose").partition(" ")
        return SiteChoice(evaluation_id, procedure_id)
    chosen = SiteChoice(form.text("evaluation_id"), form.text("procedure_id"))
    if _held(chosen) != form.text("held"):
        return chosen
    is_kept = form.text("own") and _place_of(form) == form.text("start")
    return chosen if is_kept else SiteChoice()


def _held(listed: SiteChoice) -> str:
    return f"{listed.evaluation_id},{listed.procedure_id}"


@dataclass(frozen=True, slots=True)
class ReferParts:
    """The parts of the page that an answer changes, as HTML, and what its form's field has for the place.

    Once a place is found, `place` is its name: a street that was typed is gone. `state` is what the form says
    of the page when it is sent again: the place to start from, and as in `_chosen_in` what the lists of sites
    held.
    """

    question: str
    found: str
    pairs: str
    choosers: str
    map: str
    comparison: str
    contacts: str
    journey: str
    said: str
    sheet: str
    state: str
    place: str


@dataclass(frozen=True, slots=True)
class _Answered:
    """A question, and all that was worked out for it."""

    question: ReferQuestion
    place: PlaceAnswer | None
    names_missing: bool
    is_own: bool
    preferences: Preferences
    view: ReferralView
    written: ReferralContent
    shown: ReferralContent
    note: str | None
    assessments: tuple[Assessment, ...]


def answer(form: Form, asked: Asked, sources: Sources, *, is_fragment: bool) -> Response | str:
    """The inside of the document for a form, its changed parts, or the file that is asked for."""
    phone = sources.settings.practice_phone
    try:
        written = content.referral_content(sources.settings.data_files)
    except ContentInvalidError:
        _LOGGER.exception("the referral page is out of order")
        said = _(OUT_OF_ORDER).format(phone=phone)
        if is_fragment:
            return PlainTextResponse(said, HTTPStatus.SERVICE_UNAVAILABLE)
        return _out_of_order(said, asked, sources)
    snapshot = sources.snapshot()
    site = snapshot.index().by_id.get(form.text("card"))
    if site is not None:
        return _file(site_vcard(site).encode(), vcard_file_name(site), "text/vcard; charset=utf-8")
    answered = _answered(ReferQuestion.of(form), snapshot, written, sources)
    plan = answered.view.plan
    sheet = _sheet(plan, answered, asked, snapshot, sources) if plan else None
    if plan and sheet and form.text("sheet") == _PDF:
        return _pdf(plan, answered, sheet, asked, sources)
    parts = _parts(answered, sheet, snapshot, sources)
    return JSONResponse(asdict(parts)) if is_fragment else _body(answered, parts, asked, sources)


def _answered(
    question: ReferQuestion, snapshot: Snapshot, written: ReferralContent, sources: Sources
) -> _Answered:
    index = snapshot.index()
    place = locate(snapshot.places, question.place) if question.place else None
    chosen = still_offered(index, question.chosen)
    shown = in_current_language(written)
    preferences = question.preferences(shown)
    answers = {
        one.criterion_id: as_shown(one, its_words, question.answer_to(one))
        for one, its_words in zip(written.criteria, shown.criteria, strict=True)
    }
    return _Answered(
        question=question,
        place=place,
        names_missing=question.is_link and chosen != question.chosen,
        is_own=chosen != SiteChoice(),
        preferences=preferences,
        view=referral_view(index, place, preferences, chosen, phone=sources.settings.practice_phone),
        written=written,
        shown=shown,
        note=content.translation_note(sources.settings.data_files),
        assessments=assess(shown.criteria, answers),
    )


def _parts(answered: _Answered, sheet: Sheet | None, snapshot: Snapshot, sources: Sources) -> ReferParts:
    view, journey = answered.view, answered.preferences.journey
    lists, choosers = _choosers(answered, snapshot)
    start = view.origin.label if view.origin else answered.question.place
    facts = {"content": answered.shown, "translation_note": answered.note}
    return ReferParts(
        question=_question(answered, snapshot, sources),
        found=render("offer.html", offer=view.offered),
        pairs=render(
            "pairs.html",
            groups=view.offered.groups,
            notes=view.offered.notes,
            form="search",
            chosen=view.chosen_option,
        ),
        choosers=choosers,
        map=_map(view, sources),
        comparison=render(
            "first_comparison.html",
            columns=view.compared,
            rows=rows(view.compared),
            site_marker_image=site_marker_image,
        ),
        contacts=render("first_contacts.html", columns=view.compared),
        journey=render(
            "first_journey.html", stops=stops(journey, view.plan), total=total(journey, view.plan), **facts
        ),
        said=render(
            "criteria.html",
            said=restated(answered.assessments),
            summary=summary(answered.assessments),
            **facts,
        ),
        sheet=render(
            "first_sheet.html",
            sheet=sheet_html(sheet) if sheet else None,
            text=sheet_text(sheet) if sheet else None,
        ),
        state=render("first_state.html", start=start, held=_held(lists), is_own=answered.is_own),
        place=start,
    )


def _map(view: ReferralView, sources: Sources) -> str:
    base = read_base_layer(sources.settings.data_files.base_map)
    picture = map_picture(view.pins, view.origin, base, ways_to=view.ways_to)
    return render("first_refer_map.html", picture=picture, legend=render_legend())


def _question(answered: _Answered, snapshot: Snapshot, sources: Sources, busy: str | None = None) -> str:
    return render(
        "first_refer_question.html",
        missing=answered.names_missing,
        busy=busy,
        **place_question(answered.place, snapshot, sources.settings),
    )


def _choosers(answered: _Answered, snapshot: Snapshot) -> tuple[SiteChoice, str]:
    """The sites that the lists of sites have chosen, and the lists."""
    index, view, question = snapshot.index(), answered.view, answered.question
    offered = choices(index, view.origin, view.plan, city=question.city)
    lists = site_lists(offered, view.choice, evaluation_only=question.evaluation_only)
    # What has no list now is kept for when it has one again.
    chosen = replace(view.choice, **{one.part: one.chosen_id for one in lists})
    shown = render(
        "first_choosers.html",
        has_cities=is_long(index),
        city=question.city,
        note=offered.note,
        lists=lists,
        kept=chosen.procedure_id if question.evaluation_only else None,
    )
    return chosen, shown


def _sheet(plan: Plan, answered: _Answered, asked: Asked, snapshot: Snapshot, sources: Sources) -> Sheet:
    """The sheet of the plan as of today."""
    settings = sources.settings
    params = link_params(answered.view.origin, plan)
    return content_sheet(
        plan,
        answered.shown,
        answered.assessments,
        practice_name=settings.practice_name,
        phone=settings.practice_phone,
        link=view_link(asked.address, params) if asked.address else None,
        # Where the clock is known to be behind, not of a day that is long over.
        today=snapshot.served.no_earlier_than(chicago_date(sources.now())),
        translation_note=answered.note,
    )


def _pdf(plan: Plan, answered: _Answered, sheet: Sheet, asked: Asked, sources: Sources) -> Response:
    """The sheet as a file; the page again, which says so, where too many are being made."""
    try:
        made = TYPESETTER.typeset(asked.network, partial(_typeset, sheet))
    except TypesetterBusyError as exc:
        snapshot = sources.snapshot()
        parts = replace(
            _parts(answered, sheet, snapshot, sources),
            question=_question(answered, snapshot, sources, busy=_(_BUSY)),
        )
        text = whole_document(_body(answered, parts, asked, sources), asked, sources.settings)
        status = HTTPStatus.TOO_MANY_REQUESTS if exc.is_own_doing else HTTPStatus.SERVICE_UNAVAILABLE
        return HTMLResponse(text, status, headers={"Retry-After": _RETRY_AFTER_S})
    return _file(made, pdf_file_name(plan), "application/pdf")


def _typeset(sheet: Sheet) -> bytes:
    # The typesetter is loaded by the first who wants paper, not by every start of the server.
    from locator.referral.sheet.pdf import sheet_pdf  # noqa: PLC0415

    return sheet_pdf(sheet)


def _file(made: bytes, name: str, media_type: str) -> Response:
    """A file to keep, under a name that has nothing of a patient in it."""
    return Response(
        made,
        media_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def _body(answered: _Answered, parts: ReferParts, asked: Asked, sources: Sources) -> str:
    """The inside of the document."""
    question = answered.question
    return render(
        "first_refer.html",
        question=question,
        drawn=parts,
        criteria=render("first_criteria.html", groups=_criteria(answered)),
        longest=LONGEST_PLACE,
        most_times=MOST_TIMES,
        sessions=question.sessions_of(answered.shown),
        **frame(asked, sources),
    )


def _out_of_order(said: str, asked: Asked, sources: Sources) -> str:
    return render("first_out_of_order.html", said=said, **frame(asked, sources))


@dataclass(frozen=True, slots=True)
class _CriterionField:
    """A criterion as a field: what each value means in words, and the values that are chosen."""

    name: str
    question: str
    kind: Literal["radio", "checkbox"]
    choices: Mapping[str, str]
    chosen: frozenset[str]


def _criteria(answered: _Answered) -> list[tuple[str, list[_CriterionField]]]:
    """The criteria under the headings of their source."""
    pairs = zip(answered.written.criteria, answered.shown.criteria, strict=True)
    return [
        (group, [_criterion_field(one, shown, answered.question) for one, shown in members])
        for group, members in groupby(pairs, key=lambda pair: pair[1].group)
    ]


def _criterion_field(written: Criterion, shown: Criterion, question: ReferQuestion) -> _CriterionField:
    name = f"{_ANSWER}{written.criterion_id}"
    answer = question.answer_to(written)
    if written.choices:
        words = dict(zip(written.all_choices, shown.all_choices, strict=True))
        chosen = answer if isinstance(answer, tuple) else ()
        return _CriterionField(name, shown.question, "checkbox", words, frozenset(chosen))
    # A radio button cannot be let go of: the third takes an answer back.
    words = {"yes": _("Yes"), "no": _("No"), "": _("Not answered")}
    value = next((value for value, meant in _YES_NO.items() if meant is answer), "")
    return _CriterionField(name, shown.question, "radio", words, frozenset((value,)))
