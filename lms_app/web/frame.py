"""What every page shows around its own content: the languages, the way home, the account, the menu."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal, NamedTuple

from flask import Flask, current_app, get_flashed_messages, request, url_for
from flask_babel import gettext
from jinja2 import Undefined
from jinja2.utils import missing
from markupsafe import Markup, escape

from lms_app.domain.permissions import Action, allows
from lms_app.services.teaching.reach import reach_of
from lms_app.services.teaching.waiting import how_many_wait
from lms_app.web import i18n
from lms_app.web.assets import data_url, static_url
from lms_app.web.context import actor, now, takwin
from lms_app.web.csrf import csrf_token

_HOME = "learn.catalogue"
_DESK = "teaching.home"
_MOST_SHOWN = 99
NAV: list[tuple[str, str, tuple[Action, ...]]] = [
    (_HOME, i18n.N_("Courses"), (Action.LOOK,)),
    ("learn.mine", i18n.N_("My courses"), (Action.OWN_ACCOUNT,)),
    ("teaching.home", i18n.N_("Teaching"), (Action.SEE_GRADES,)),
    ("studio.home", i18n.N_("Studio"), (Action.CREATE_COURSE, Action.RUN_PEOPLE)),
    ("registry.index", i18n.N_("Register of certificates"), (Action.KEEP_REGISTRY,)),
    ("account.people", i18n.N_("People"), (Action.ADMINISTER,)),
]
"""The main menu: endpoint, words, and the rights of which one, wherever it is held, shows it. Pages that are not there are left out."""


class NamesMustExist(Undefined):
    """A name that no view gave stops the page; an attribute that a thing lacks is merely empty, as macros expect."""

    def _check(self) -> None:
        if self._undefined_obj is missing and self._undefined_name != "caller":  # macros look whether they were called with a body
            self._fail_with_undefined_error()

    def __str__(self) -> str:
        """Return nothing for an attribute; stop for a name."""
        self._check()
        return super().__str__()

    def __iter__(self) -> Any:
        """Yield nothing for an attribute; stop for a name."""
        self._check()
        return super().__iter__()

    def __bool__(self) -> bool:
        """Return False for an attribute; stop for a name."""
        self._check()
        return False


class _Look(NamedTuple):
    """Whose header and footer are the same, but for the marks in them."""

    language: str
    is_signed_in: bool
    menu: tuple[tuple[str, str, bool], ...]
    """Endpoint and words of each item, and whether it is the page shown."""
    has_waiting: bool
    """Whether a number stands beside the teaching desk."""
    root: str
    """Path of the site on its host."""
    source: str
    """Where the running source is."""


_MARKS = {
    "person": "\ufdd0person\ufdd1",
    "initial": "\ufdd0initial\ufdd1",
    "token": "\ufdd0token\ufdd1",
    "here": "\ufdd0here\ufdd1",
    "waiting": "\ufdd0waiting\ufdd1",
}
"""Stand in what is remembered for what is the visitor's own. No text holds these characters: Unicode gave them away for such uses."""
_KEPT = 256


def install(app: Flask) -> None:
    """Give the templates what every page needs."""
    app.jinja_env.undefined = NamesMustExist
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        csrf_token=csrf_token,
        static_url=static_url,
        url_for=url_for,
        get_flashed_messages=get_flashed_messages,
        page_header=page_header,
        page_footer=page_footer,
        favicon=data_url("img/favicon.svg"),
    )
    app.context_processor(_known_everywhere)


def page_header() -> Markup:
    """Return the header: logo, languages, account, menu."""
    return _part("header")


def page_footer() -> Markup:
    """Return the footer."""
    return _part("footer")


def _part(name: Literal["header", "footer"]) -> Markup:
    here = actor()
    person = here.display_name if here.is_signed_in else ""
    menu = _menu()
    waiting = _waiting() if name == "header" and any(endpoint == _DESK for endpoint, *_rest in menu) else ""
    own = {
        "person": person,
        "initial": person[:1].upper(),
        "token": csrf_token(),
        "here": request.full_path,
        "waiting": waiting,
    }
    text = _remembered(name, _Look(i18n.language(), here.is_signed_in, menu, bool(waiting), *_site()))
    for mark, value in own.items():
        text = text.replace(_MARKS[mark], escape(value))
    return Markup(text)  # noqa: S704 -- made by the template; what was put in is escaped


@lru_cache(maxsize=_KEPT)
def _remembered(name: str, look: _Look) -> str:
    frame: Any = current_app.jinja_env.get_template("_macros/frame.html").module
    links = _links(look.root, look.source)
    visit = _MARKS if look.is_signed_in else {**_MARKS, "person": ""}
    if name == "footer":
        return str(frame.footer(visit, look.language, i18n.languages(), links))
    nav = [
        {
            "text": gettext(words),
            "href": url_for(endpoint),
            "current": current,
            "waiting": _MARKS["waiting"] if look.has_waiting and endpoint == _DESK else "",
        }
        for endpoint, words, current in look.menu
    ]
    return str(frame.header(visit, look.language, i18n.languages(), links, nav))


def _known_everywhere() -> dict[str, Any]:
    here = actor()
    return {
        **i18n.page_language(),
        "current_person": here if here.is_signed_in else None,
        "links": _links(*_site()),
        "source_url": takwin().settings.source_url,
    }


def _site() -> tuple[str, str]:
    return request.script_root, takwin().settings.source_url


@lru_cache(maxsize=8)
def _links(_root: str, source: str) -> dict[str, str | None]:
    return {
        "home": "/",
        "language": url_for("account.language"),
        "sign_in": url_for("account.sign_in"),
        "sign_out": url_for("account.sign_out"),
        "profile": _url("account.profile"),
        "certificates": _url("learn.certificates"),
        "verify": _url("verify.form"),
        "help": _url("site.help_page"),
        "source": source,
    }


def _menu() -> tuple[tuple[str, str, bool], ...]:
    here, there_are = actor(), current_app.view_functions
    held = [place for _role, place in here.roles]
    return tuple(
        (endpoint, words, request.endpoint == endpoint)
        for endpoint, words, actions in NAV
        if endpoint in there_are
        and any(allows(here, action, held) for action in actions)
        and (endpoint != _DESK or reach_of(here))  # an administrator may judge everywhere, and teaches nobody by that
    )


def _waiting() -> str:
    """Return how many pieces of work wait for the visitor, '' for none; one read on every page of those who teach."""
    with takwin().reading() as session:
        count = how_many_wait(session, actor(), now=now())
    return "" if not count else str(count) if count <= _MOST_SHOWN else f"{_MOST_SHOWN}+"


def _url(endpoint: str) -> str | None:
    return url_for(endpoint) if endpoint in current_app.view_functions else None
