"""Throw-away servers for the tests: each starts on its own folder, and leaves nothing behind."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

START_TIMEOUT = 30.0
ACCOUNT = "takwin"

# A test's database need not survive a power cut, and must not wait for the disk.
FAST = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_wal_size=4GB",
    "shared_buffers=64MB",
    "max_connections=200",
)


class ServerDidNotStart(RuntimeError):
    """A server of the tests ended, or did not answer in time; the message carries what it wrote."""


@contextmanager
def postgres_server() -> Iterator[str]:
    """Start an empty PostgreSQL on a socket of its own; yield the SQLAlchemy address of its database `takwin`.

    All of it is removed at the end. Under root it runs as another account, since PostgreSQL refuses root. It ends with
    the process that started it, even a killed one.
    """
    folder = Path(tempfile.mkdtemp(prefix="takwin-pg-"))
    try:
        folder.chmod(0o755)
        if os.geteuid() == 0:
            account = _unprivileged_account()
            os.chown(folder, account.pw_uid, account.pw_gid)
        _make_cluster(folder)
        with _running(folder):
            yield new_database(_address(folder, "postgres"), "takwin")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def new_database(url: str, name: str, *, template: str = "template0") -> str:
    """Create a database beside the one of `url`, as a copy of `template` (which nobody may be using); return its address."""
    folder = Path(_host(url))
    with psycopg.connect(host=str(folder), user=ACCOUNT, dbname="postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
    return _address(folder, name)


def drop_database(url: str) -> None:
    """Remove the database of `url`, and end whatever still uses it."""
    name = url.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(host=_host(url), user=ACCOUNT, dbname="postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _address(folder: Path, name: str) -> str:
    return f"postgresql+psycopg://{ACCOUNT}@/{name}?host={quote(str(folder))}"


def _host(url: str) -> str:
    return url.partition("?host=")[2]


def _make_cluster(folder: Path) -> None:
    command = [_program("initdb"), "--pgdata", str(folder / "data"), "--username", ACCOUNT, "--auth", "trust"]
    made = subprocess.run(
        [*_as_other_account(), *command, "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"],
        capture_output=True, text=True, check=False, cwd=folder,
    )  # fmt: skip
    if made.returncode:
        raise ServerDidNotStart(made.stdout + made.stderr)


@contextmanager
def _running(folder: Path) -> Iterator[None]:
    command = [_program("postgres"), "-D", str(folder / "data"), "-k", str(folder), "-c", "listen_addresses="]
    for setting in FAST:
        command += ["-c", setting]
    log = folder / "log"
    with log.open("wb") as output:
        server = subprocess.Popen([*_as_other_account(), *command], stdout=output, stderr=output, cwd=folder)
    try:
        _await_answer(server, folder, log)
        yield
    finally:
        server.send_signal(2)  # SIGINT: end open connections, then stop
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _await_answer(server: subprocess.Popen[bytes], folder: Path, log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while True:
        try:
            psycopg.connect(host=str(folder), user=ACCOUNT, dbname="postgres", connect_timeout=2).close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise ServerDidNotStart(log.read_text(encoding="utf-8", errors="replace")) from None
            time.sleep(0.05)
        else:
            return


def _as_other_account() -> list[str]:
    """Return the command's beginning that leaves root behind, and that ends the server when its parent dies."""
    command = ["setpriv", "--pdeathsig", "SIGINT"]
    if os.geteuid() == 0:
        account = _unprivileged_account()
        command += [f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
    return command


def _unprivileged_account() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    message = "PostgreSQL refuses to run as root, and this machine has neither the account `postgres` nor `nobody`"
    raise ServerDidNotStart(message)


def _program(name: str) -> str:
    """Return the path of a PostgreSQL program: Debian keeps the servers of all versions off the PATH."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name), reverse=True)
    found = shutil.which(name) or next((str(folder / name) for folder in versions if (folder / name).exists()), None)
    if found is None:
        message = f"PostgreSQL's {name} was not found: `make test` installs it"
        raise ServerDidNotStart(message)
    return found


@contextmanager
def redis_server() -> Iterator[str]:
    """Start an empty Redis on a socket of its own; yield its address. Nothing of it is kept."""
    with tempfile.TemporaryDirectory(prefix="takwin-redis-") as folder:
        socket = Path(folder) / "redis.sock"
        options = ["--port", "0", "--unixsocket", str(socket), "--save", "", "--appendonly", "no", "--dir", folder]
        command = ["setpriv", "--pdeathsig", "SIGINT", _program("redis-server"), *options]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
            deadline = time.monotonic() + START_TIMEOUT
            while not socket.exists() and server.poll() is None and time.monotonic() < deadline:
                time.sleep(0.02)
            try:
                yield f"unix://{socket}"
            finally:
                server.terminate()
