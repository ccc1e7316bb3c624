"""The application as gunicorn serves it, behind a proxy on the same machine."""

import os

from lms_app.app import create_app
from lms_app.config import read_settings

app = create_app(read_settings(os.environ))

# A process that gunicorn forks must not talk over the connections of its parent: it forgets them and opens its own.
os.register_at_fork(after_in_child=lambda: app.extensions["takwin"].engine.dispose(close=False))
