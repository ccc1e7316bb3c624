"""A person's own account: joining, signing in, profile, recovery, data, and the administration of roles."""

from __future__ import annotations

from flask import Blueprint

account = Blueprint("account", __name__)

from lms_app.web.account import entering  # noqa: E402, F401 -- the pages register themselves
