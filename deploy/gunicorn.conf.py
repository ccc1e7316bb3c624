"""How gunicorn serves Takwin behind a proxy on the same machine; docs/operate/settings.md tells what can be set."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

_HERE = str(Path(__file__).parent)
_ON_SQLITE = not os.environ.get("TAKWIN_DATABASE_URL") or os.environ["TAKWIN_DATABASE_URL"].startswith("sqlite")

sys.path.insert(0, _HERE)  # for wsgi.py
wsgi_app = "wsgi:app"
bind = os.environ.get("TAKWIN_LISTEN", "127.0.0.1:8000")

# SQLite has one writer at a time, and the embedded jobs live in the serving process: one process, several threads.
# With PostgreSQL, processes share the work; what they have in common is loaded once, before they part.
worker_class = "gthread"
workers = 1 if _ON_SQLITE else int(os.environ.get("TAKWIN_PROCESSES", "2"))
threads = int(os.environ.get("TAKWIN_THREADS", "8"))
preload_app = True

timeout = 60
graceful_timeout = 30
keepalive = 5
worker_tmp_dir = "/dev/shm"  # noqa: S108 -- a heartbeat file that must not wait for the disk
control_socket_disable = True

# The proxy on this machine, and nobody else, says which scheme and which visitor a request comes from.
forwarded_allow_ips = "127.0.0.1,::1"
# No access log: the addresses of blocks' handlers carry tokens.
accesslog = None
errorlog = "-"


def post_worker_init(_worker: object) -> None:
    """Start the jobs after the fork, since threads do not survive one."""
    importlib.import_module("wsgi").start_jobs()


def worker_exit(_server: object, _worker: object) -> None:
    """Let the jobs end before the process does."""
    if "wsgi" in sys.modules:
        sys.modules["wsgi"].stop_jobs()
