"""The application as gunicorn serves it, behind a proxy on the same machine."""

import os

from werkzeug.middleware.proxy_fix import ProxyFix

from lms_app.app import create_app
from lms_app.config import read_settings

app = create_app(read_settings(os.environ))
# One proxy is in front, and it is ours: its word on who visits, and by which scheme, is taken.
app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
