"""Where one is signed in."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms_app.domain.errors import NeedsSignIn
from lms_app.services.accounts import signing_in
from lms_app.services.accounts.signing_in import Visit
from lms_app.web.context import now, takwin, visit


def devices() -> str:
    """List the visitor's signed-in devices."""
    with takwin().reading() as session:
        listed = signing_in.devices(session, _visit(), now=now())
    return render_template("account/devices.html", devices=listed)


def end_device() -> Response:
    """Sign out one of the visitor's devices, or all but this one."""
    device = request.form.get("device", "")
    with takwin().transaction() as session:
        if device:
            signing_in.end_device(session, _visit(), device, now=now())
        else:
            signing_in.end_other_devices(session, _visit())
    flash(gettext("Signed out there."), "success")
    return redirect(url_for("account.devices"), code=303)


def _visit() -> Visit:
    here = visit()
    if here is None:
        raise NeedsSignIn
    return here


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    pages.add_url_rule("/profile/devices", view_func=devices)
    pages.add_url_rule("/profile/devices/end", view_func=end_device, methods=["POST"])
