"""Brings a database to the shape that this version of Takwin needs, one step after another."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect, text

from lms_app.config import Settings
from lms_app.storage.session import open_engine

if TYPE_CHECKING:
    from alembic.config import Config

HERE = Path(__file__).parent
_REVISION = re.compile(r"^revision(?::[^=]+)? = \"(.+)\"", re.MULTILINE)
_BEFORE = re.compile(r"^down_revision(?::[^=]+)? = \"(.+)\"", re.MULTILINE)


def migrate(settings: Settings) -> None:
    """Bring the database of these settings up to date. Two at once do no harm: the second waits, and finds nothing to do."""
    engine = open_engine(settings.database_url)
    try:
        migrate_engine(engine)
    finally:
        engine.dispose()


def migrate_engine(engine: Engine) -> None:
    """Bring an open database up to date."""
    from alembic import command  # noqa: PLC0415 -- slow import: half a second and 14 MB that a server never needs

    command.upgrade(alembic_config(engine), "head")


def is_current(engine: Engine) -> bool:
    """Tell whether the database has the shape of this version. Every start asks, so it is answered without Alembic."""
    return current_revision(engine) == newest_revision()


def newest_revision() -> str:
    """Return the name of the shape that this version needs: the one step that no other step follows."""
    steps = [path.read_text(encoding="utf-8") for path in (HERE / "versions").glob("*.py")]
    made, followed = ({found[1] for step in steps if (found := line.search(step))} for line in (_REVISION, _BEFORE))
    (newest,) = made - followed
    return newest


def alembic_config(engine: Engine) -> Config:
    """Return Alembic's settings for a database, as `env.py` expects them."""
    from alembic.config import Config  # noqa: PLC0415 -- slow import

    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.attributes["engine"] = engine
    return config


def current_revision(engine: Engine) -> str:
    """Return the name of the database's shape, '' before the first migration."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return ""
        return str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "")
