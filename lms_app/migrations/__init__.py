"""Brings a database to the shape that this version of Takwin needs, one step after another."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from lms_app.config import Settings
from lms_app.storage.session import open_engine

HERE = Path(__file__).parent


def migrate(settings: Settings) -> None:
    """Bring the database of these settings up to date. Two at once do no harm: the second waits, and finds nothing to do."""
    engine = open_engine(settings.database_url)
    try:
        migrate_engine(engine)
    finally:
        engine.dispose()


def migrate_engine(engine: Engine) -> None:
    """Bring an open database up to date."""
    command.upgrade(alembic_config(engine), "head")


def is_current(engine: Engine) -> bool:
    """Tell whether the database has the shape of this version."""
    wanted = ScriptDirectory(str(HERE)).get_heads()
    with engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads()) == set(wanted)


def alembic_config(engine: Engine) -> Config:
    """Return Alembic's settings for a database, as `env.py` expects them."""
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.attributes["engine"] = engine
    return config


def current_revision(engine: Engine) -> str:
    """Return the name of the database's shape, '' before the first migration."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""
