"""Every page has its row in the permission table, and every row its page."""

from __future__ import annotations

import pytest
from flask import Flask

from lms_app.domain.permissions import TABLE, Action
from lms_app.web.access import ROUTES, check_routes


def test_every_page_has_a_row(app):
    pages = {rule.endpoint for rule in app.url_map.iter_rules()}

    assert pages - ROUTES.keys() == set()


def test_every_row_has_a_page(app):
    pages = {rule.endpoint for rule in app.url_map.iter_rules()}

    assert ROUTES.keys() - pages == set()


def test_a_page_without_a_row_stops_the_start():
    site = Flask("forgetful", static_folder=None)
    site.add_url_rule("/secret", endpoint="learn.secret", view_func=lambda: "everybody reads this")

    with pytest.raises(RuntimeError, match=r"learn\.secret"):
        check_routes(site)


def test_every_action_says_who_may():
    assert set(TABLE) | {Action.LOOK, Action.OWN_ACCOUNT} == set(Action)
