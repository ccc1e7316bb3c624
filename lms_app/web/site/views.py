"""The source of what runs, and a page of help."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from lms_app.services.operations.source import packed_source

bp = Blueprint("site", __name__)


@bp.get("/source")
def source() -> Response:
    """Give the source of this very program, as its licence promises."""
    response = Response(packed_source(), mimetype="application/gzip")
    response.headers["Content-Disposition"] = 'attachment; filename="takwin-source.tar.gz"'
    return response


@bp.get("/help")
def help_page() -> str:
    """Answer what newcomers ask first."""
    return render_template("site/help.html")
