"""What every page shows around its own content: the languages, the way home, the account, the menu."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, get_flashed_messages, request, url_for
from flask_babel import gettext
from jinja2 import Undefined
from jinja2.utils import missing

from lms_app.domain.permissions import Action, allows
from lms_app.web import i18n
from lms_app.web.assets import static_url
from lms_app.web.context import actor, takwin
from lms_app.web.csrf import csrf_token

_HOME = "learn.catalogue"
NAV: list[tuple[str, str, Action]] = [
    (_HOME, i18n.N_("Courses"), Action.LOOK),
    ("learn.mine", i18n.N_("My courses"), Action.OWN_ACCOUNT),
    ("studio.home", i18n.N_("Studio"), Action.CREATE_COURSE),
    ("account.people", i18n.N_("People"), Action.ADMINISTER),
]
"""The main menu: endpoint, words, and the right it takes to be shown. Pages that this Takwin does not have are left out."""


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


def install(app: Flask) -> None:
    """Give the templates what every page needs."""
    app.jinja_env.undefined = NamesMustExist
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        csrf_token=csrf_token, static_url=static_url, url_for=url_for, get_flashed_messages=get_flashed_messages
    )
    app.context_processor(_frame)


def _frame() -> dict[str, Any]:
    here = actor()
    return {
        **i18n.page_language(),
        "current_person": here if here.is_signed_in else None,
        "links": _links(),
        "nav": _nav(),
        "source_url": takwin().settings.source_url,
    }


def _links() -> dict[str, str | None]:
    return {
        "home": "/",
        "language": url_for("account.language"),
        "sign_in": url_for("account.sign_in"),
        "sign_out": url_for("account.sign_out"),
        "profile": _url("account.profile"),
        "verify": _url("verify.form"),
        "help": _url("site.help_page"),
        "source": takwin().settings.source_url,
    }


def _nav() -> list[dict[str, Any]]:
    here = actor()
    items = [(endpoint, words) for endpoint, words, action in NAV if allows(here, action)]
    return [
        {"text": gettext(words), "href": url, "current": request.endpoint == endpoint}
        for endpoint, words in items
        if (url := _url(endpoint)) is not None
    ]


def _url(endpoint: str) -> str | None:
    return url_for(endpoint) if endpoint in current_app.view_functions else None
