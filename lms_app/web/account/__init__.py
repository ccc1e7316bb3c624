"""A person's own account: joining, signing in, profile, recovery, data, and the administration of roles."""

from __future__ import annotations

from flask import Blueprint

from lms_app.web.account import data, devices, entering, passwords, people, profile, recovery

account = Blueprint("account", __name__)
"""`account.*`: every page of one's own account."""

for _pages in (entering, profile, passwords, devices, recovery, data, people):
    _pages.install(account)
