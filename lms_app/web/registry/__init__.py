"""The register of certificates: looked up, exported, changed by two people, and joined by the numbers of old registers."""

from __future__ import annotations

from flask import Blueprint

from lms_app.web.registry import bringing, deciding, views

registry = Blueprint("registry", __name__)
"""`registry.*`: pages for those who answer for certificates."""

for _pages in (views, deciding, bringing):
    _pages.install(registry)
