"""Who is asking: the cookie of a signed-in device, looked up once a request."""

from __future__ import annotations

from dataclasses import replace

from flask import g, request
from werkzeug.wrappers import Response

from lms_app.domain.actors import ANONYMOUS
from lms_app.services.accounts import signing_in
from lms_app.services.accounts.signing_in import Known, Visit
from lms_app.web.context import now, takwin
from lms_app.web.i18n import choose_language

_MAX_AGE = int(signing_in.LASTS.total_seconds())


def cookie_name() -> str:
    """Return the cookie's name: with https, browsers themselves hold `__Host-` cookies to this very host."""
    return "__Host-takwin" if takwin().settings.is_https else "takwin"


def know_visitor() -> None:
    """Put on `g` who is asking. A page without the cookie costs no read at all."""
    g.visit, g.actor = None, ANONYMOUS
    cookie = request.cookies.get(cookie_name())
    visit = None
    if cookie:
        with takwin().reading() as session:
            visit = signing_in.whoever(session, cookie, now=now())
    if visit is None:
        g.actor = replace(ANONYMOUS, language=choose_language())  # courses are shown to strangers in their language too
        return
    g.visit, g.actor = visit, visit.actor
    if visit.is_mark_due:
        with takwin().transaction() as session:
            signing_in.mark_seen(session, visit, now=now())


def begin(response: Response, known: Known) -> Response:
    """Sign somebody in on this device: a new token whatever the browser held before, and the old device row ended."""
    with takwin().transaction() as session:
        if (before := g.get("visit")) is not None:
            signing_in.sign_out(session, before)
        cookie = signing_in.start(session, known, device=_device(), now=now())
    return keep(response, cookie)


def keep(response: Response, cookie: str) -> Response:
    """Give the browser its cookie: for this host alone, out of the reach of scripts, not sent along by other sites' forms."""
    secure = takwin().settings.is_https
    response.set_cookie(cookie_name(), cookie, max_age=_MAX_AGE, httponly=True, samesite="Lax", secure=secure, path="/")
    return response


def end(response: Response, visit: Visit) -> Response:
    """Sign this device out."""
    with takwin().transaction() as session:
        signing_in.sign_out(session, visit)
    return forget(response)


def forget(response: Response) -> Response:
    """Take the cookie away from the browser, and what it kept of the pages: others use this device after."""
    response.headers["Clear-Site-Data"] = '"cache"'
    response.delete_cookie(cookie_name(), httponly=True, samesite="Lax", secure=takwin().settings.is_https, path="/")
    return response


def _device() -> str:
    """Return the browser and system in a few words, as the list of devices shows them."""
    agent = request.user_agent.string
    browsers = (("Edg/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"))
    browser = next((name for sign, name in (*browsers, ("Chrome/", "Chrome"), ("Safari/", "Safari")) if sign in agent), "")
    systems = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"))
    system = next((name for sign, name in (*systems, ("Linux", "Linux")) if sign in agent), "")
    return " · ".join(word for word in (browser, system) if word)
