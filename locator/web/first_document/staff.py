"""The staff page without Streamlit: the way to sign in, and nothing else for anybody."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.requests import cookie_parser

from locator.presentation import render
from locator.staff.sign_in import COOKIE
from locator.web.first_document.frame import frame
from locator.web.first_document.sources import Asked, Sources


def body(request: Headers, asked: Asked, sources: Sources) -> str:
    """The inside of the document for the browser that asks: its cookie says whether somebody is signed in."""
    settings, access = sources.settings, sources.access
    cookies = cookie_parser(request.get("cookie", ""))
    is_signed_in = access.member_for(cookies, touch=False) is not None
    sign_in = f"{settings.path_prefix}/staff/sign-in{asked.query()}" if access.local else None
    return render(
        "first_staff.html",
        is_open=access.is_open,
        is_signed_in=is_signed_in,
        has_ended=bool(cookies.get(COOKIE)),
        sign_in=sign_in,
        **frame(asked, sources),
    )
