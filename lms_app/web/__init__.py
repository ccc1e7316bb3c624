"""Takwin as pages: addresses, forms, templates and words, by area."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, request

from lms_app.web import access, assets, compression, csrf, errors, frame, i18n, odd_input, security_headers, sessions
from lms_app.web.account import account
from lms_app.web.api.views import bp as api
from lms_app.web.blocks import drafts, trials
from lms_app.web.blocks.views import bp as blocks
from lms_app.web.context import end_reading
from lms_app.web.learn import attainments, certificates, cohorts, files, measures, printing, work
from lms_app.web.learn.views import bp as learn
from lms_app.web.registry import registry
from lms_app.web.site.views import bp as site
from lms_app.web.studio import studio
from lms_app.web.teaching import teaching
from lms_app.web.verify import issuer
from lms_app.web.verify.views import bp as verify

BLUEPRINTS: tuple[Blueprint, ...] = (account, learn, teaching, studio, registry, verify, api, blocks, site)
"""Every area of the site. A new area is a line here, and its pages rows in `access.ROUTES`."""


cohorts.install(learn)
measures.install(learn)
attainments.install(learn)
certificates.install(learn)
printing.install(learn)
files.install(learn)
work.install(learn)
issuer.install(verify)
drafts.install(blocks)
trials.install(blocks)


def install(app: Flask) -> None:
    """Give the app its pages and the rules that hold for all of them; refuse a page without a row in the permission table."""
    app.url_map.converters["int"] = odd_input.RowNumber
    app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=assets.send_static)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    i18n.install(app)
    frame.install(app)
    errors.install(app)
    app.before_request(_admit)
    app.after_request(_finish)
    app.teardown_request(end_reading)
    access.check_routes(app)


def _admit() -> None:
    """Let a request through to its page, or refuse it: the one door of the site."""
    odd_input.check_address()
    if request.endpoint == "static":
        return
    access.keep_hosts_apart()
    csrf.check_origin()
    if request.blueprint in csrf.TOKEN_IN_PATH:
        odd_input.check_form()
        return
    if request.blueprint in csrf.STATELESS:
        odd_input.make_room()
        odd_input.check_form()
        return
    sessions.know_visitor()
    access.check_access()
    odd_input.make_room()
    odd_input.check_form()
    csrf.check_token()


def _finish(response: Response) -> Response:
    return compression.compress(security_headers.protect(csrf.keep_visitor(response)))
