"""Serving a Takwin from one process: gunicorn's threads, the job queue beside them, and no demo account beyond this machine."""

from __future__ import annotations

import os
import signal
import threading
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.sock import close_sockets, create_sockets
from gunicorn.workers.gthread import ThreadWorker

from lms_app.app import compose, create_app
from lms_app.config import Settings
from lms_app.domain.errors import Conflict
from lms_app.migrations import is_current
from lms_app.services.accounts.demo import has_demo_accounts
from lms_app.services.learning.types_used import block_types_in_use
from lms_app.storage.transaction import transaction
from lms_app.web.context import Takwin

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class _OnlyWorker(ThreadWorker):  # type: ignore[misc] # gunicorn is untyped
    """A worker without a master: that the shell which started it went away means nothing."""

    def is_parent_alive(self) -> bool:
        """Go on."""
        return True


class _Server(BaseApplication):  # type: ignore[misc] # gunicorn is untyped
    """One worker of gunicorn in this very process.

    Its usual master would hold all of our modules a second time: on a machine of 1 GB the whole system fits in one process,
    which systemd starts again should it ever end.
    """

    def __init__(self, app: Flask, options: dict[str, Any]) -> None:
        self._app = app
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        """Take our settings."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the application."""
        return self._app

    def run(self) -> None:
        """Serve until told to stop: at once by SIGINT, after what is being answered by SIGTERM."""
        log = self.cfg.logger_class(self.cfg)
        sockets = create_sockets(self.cfg, log)
        worker = _OnlyWorker(1, os.getppid(), sockets, self, self.cfg.timeout, self.cfg, log)
        worker.pid = os.getpid()
        try:
            worker.init_process()
        finally:
            close_sockets(sockets)
            self.cfg.worker_exit(self, worker)


def serve_site(settings: Settings, *, host: str, port: int, threads: int = 8) -> None:
    """Serve until stopped. Refused: a database that was not migrated, an address others can reach while there are demo accounts."""
    app = create_app(settings)
    parts: Takwin = app.extensions["takwin"]
    check_before_serving(parts, host=host)
    prepare(parts)

    def listen(_worker: object) -> None:
        parts.bell.listen()

    def stop(_server: object, _worker: object) -> None:
        parts.close()

    options = {
        "bind": f"{'127.0.0.1' if host == 'localhost' else host}:{port}",
        "worker_class": "gthread",
        "workers": 1,
        "threads": threads,
        "accesslog": None,  # the addresses of frames carry passes
        "loglevel": "warning",
        "control_socket_disable": True,
        "post_worker_init": listen,
        "worker_exit": stop,
        "timeout": 60,
    }
    _Server(app, options).run()


def check_before_serving(parts: Takwin, *, host: str) -> None:
    """Refuse to serve a database of another shape, or demo accounts to other machines.

    Where it listens is not all: under a site address of another name, a proxy on this machine brings visitors from anywhere.
    """
    if not is_current(parts.engine):
        raise Conflict("database_not_migrated")
    with transaction(parts.sessions, writes=False) as session:
        elsewhere = {host, urlsplit(parts.settings.site_url).hostname or ""} - LOOPBACK
        if elsewhere and has_demo_accounts(session):
            raise Conflict("demo_accounts_open", host=", ".join(sorted(elsewhere)))


def prepare(parts: Takwin) -> None:
    """Import the classes of blocks that courses hold, before any fork, so that processes share them."""
    with transaction(parts.sessions, writes=False) as session:
        used = block_types_in_use(session)
    parts.host.preload(used)
    parts.engine.dispose()


def work(settings: Settings) -> None:
    """Do the jobs of a site served by several processes, until stopped. Refused without a shared queue."""
    if not settings.queue_url:
        raise Conflict("worker_needs_queue")
    parts = compose(settings)
    parts.bell.listen(workers=2)
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    stopped.wait()
    parts.close()
