"""The application as gunicorn serves it, behind a proxy on the same machine."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from lms_app.app import create_app
from lms_app.cli.serving import check_before_serving, prepare
from lms_app.config import read_settings
from lms_app.web.context import Takwin

settings = read_settings(os.environ)
app = create_app(settings)
parts: Takwin = app.extensions["takwin"]

# A proxy brings visitors from wherever the site's name is known, so demo accounts are refused under any name but this machine's.
check_before_serving(parts, host=urlsplit(settings.site_url).hostname or "")
prepare(parts)


def start_jobs() -> None:
    """Do jobs in threads of this process, unless a queue that is shared has a worker for them."""
    if not settings.queue_url:
        parts.bell.listen()


def stop_jobs() -> None:
    """Finish what is being done."""
    parts.close()
