"""The migrations make the tables that the model describes, forwards and backwards, on both databases."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from lms_app.migrations import alembic_config, is_current, migrate_engine
from lms_app.storage.base import Base
from lms_app.storage.session import open_engine
from tests.servers import drop_database, new_database


@pytest.fixture
def empty(template_url, tmp_path):
    """An engine on a database without any table."""
    if template_url.startswith("sqlite"):
        engine = open_engine(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
        yield engine
        engine.dispose()
        return
    url = new_database(template_url, "takwin_empty")
    engine = open_engine(url)
    yield engine
    engine.dispose()
    drop_database(url)


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
def test_the_migrated_database_is_what_the_model_says(empty):
    migrate_engine(empty)

    with empty.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = [each for each in compare_metadata(context, Base.metadata) if "_lower" not in str(each)]
    assert differences == []
    assert is_current(empty)


def test_foreign_keys_and_lower_case_indexes_are_there(empty):
    migrate_engine(empty)

    with empty.connect() as connection:
        inspector = inspect(connection)
        for table in Base.metadata.sorted_tables:
            wanted = {tuple(key.column_keys) for key in table.foreign_key_constraints}
            assert {tuple(key["constrained_columns"]) for key in inspector.get_foreign_keys(table.name)} == wanted, table.name
        connection.execute(text("INSERT INTO node VALUES ('h', '{}', '2026-01-01')"))
        names = {row[0] for row in connection.execute(text(_INDEX_NAMES[connection.dialect.name]))}
    wanted = {index.name for table in Base.metadata.sorted_tables for index in table.indexes}
    assert wanted - names == set()


_INDEX_NAMES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index'",
    "postgresql": "SELECT indexname FROM pg_indexes",
}


def test_migrating_twice_at_once_is_migrating_once(empty):
    url = empty.url.render_as_string(hide_password=False)
    imports = "from lms_app.migrations import migrate_engine; from lms_app.storage.session import open_engine"
    program = f"{imports}; migrate_engine(open_engine({url!r}))"
    running = [subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE) for _ in range(3)]

    said = [process.communicate()[1].decode() for process in running]

    assert [process.returncode for process in running] == [0, 0, 0], said
    assert is_current(empty)


def test_a_migration_can_be_undone(empty):
    migrate_engine(empty)
    command.downgrade(alembic_config(empty), "base")

    with empty.connect() as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}


_BEFORE = (
    (
        "INSERT INTO person (id, user_name, password_hash, uniquifier, active, name_arabic, name_latin, language, country, region, is_demo,"
        " created_at) VALUES (1, 'zineb', '', 'u', true, '', '', 'fr', '', '', false, '2026-01-01 00:00:00')"
    ),
    (
        "INSERT INTO course (id, key, title, source_language, enrolment, enrolment_code, certificate_rule, created_at)"
        """ VALUES (1, 'course-v1:T+C+1', '', 'en', 'open', '', '{"kind": "grade", "at_least": 0.6}', '2026-01-01 00:00:00')"""
    ),
    (
        "INSERT INTO credential (id, person_id, award, course_id, code, record, signature, key_id, issued_at, pdf_sha256, revoked_reason)"
        """ VALUES (1, 1, 'course-v1:T+C+1#completion', 1, 'CODE', '{"name_latin": "Zineb ÉL ALAOUI"}', 's', 'k', '2026-01-01 00:00:00',"""
        " 'abc', '')"
    ),
)


def test_rules_and_pictures_from_before_are_carried_over_and_back(empty):
    config = alembic_config(empty)
    command.upgrade(config, "0002")
    with empty.begin() as connection:
        for statement in _BEFORE:
            connection.execute(text(statement))
    command.upgrade(config, "head")

    with empty.connect() as connection:
        (awards,) = connection.execute(text("SELECT awards FROM course")).scalars()
        files = connection.execute(text("SELECT credential_id, kind, sha256 FROM credential_file")).all()
        credentials = connection.execute(text("SELECT issue, kind, holder, number FROM credential")).all()
    assert json.loads(awards) == [{"kind": "completion", "rule": {"all": [{"kind": "grade", "at_least": 0.6}]}}]
    assert list(map(tuple, files)) == [(1, "pdf", "abc")]
    assert list(map(tuple, credentials)) == [(1, "completion", "zineb el alaoui", None)]

    command.downgrade(config, "0002")
    with empty.connect() as connection:
        rules = connection.execute(text("SELECT certificate_rule FROM course")).scalars().all()
        pictures = connection.execute(text("SELECT pdf_sha256 FROM credential")).scalars().all()
    assert [json.loads(rule) for rule in rules] == [{"kind": "grade", "at_least": 0.6}]
    assert pictures == ["abc"]


def test_there_is_one_line_of_migrations(empty):
    assert len(ScriptDirectory.from_config(alembic_config(empty)).get_heads()) == 1
