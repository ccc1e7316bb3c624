"""Work that people judge: records and files of blocks, more time, points decided by hand, attainments told by blocks.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.exc import SAWarning

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


@contextmanager
def _altering(table: str) -> Iterator[Any]:
    """Alter a table, which SQLite makes anew. To do so its neighbours are read, whose indexes on expressions can't be, nor need be."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Skipped unsupported reflection", SAWarning)
        with op.batch_alter_table(table) as altered:
            yield altered


def upgrade() -> None:
    """Make them; attainments there are were noted by hand."""
    op.create_table(
        "block_record",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("course_id", _NUMBER, nullable=False),
        sa.Column("block_id", sa.String(length=255), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=255), nullable=False),
        sa.Column("learner_id", _NUMBER, nullable=True),
        sa.Column("judge_id", _NUMBER, nullable=True),
        sa.Column("author_id", _NUMBER, nullable=True),
        sa.Column("version", _NUMBER, nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_block_record_course_id")),
        sa.ForeignKeyConstraint(["learner_id"], ["person.id"], name=op.f("fk_block_record_learner_id")),
        sa.ForeignKeyConstraint(["judge_id"], ["person.id"], name=op.f("fk_block_record_judge_id")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_block_record_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_block_record")),
        sa.UniqueConstraint("course_id", "block_id", "key", name=op.f("uq_block_record_course_id_block_id_key")),
    )
    op.create_index("ix_block_record_learner_id", "block_record", ["learner_id", "course_id", "state"], unique=False)
    op.create_index("ix_block_record_judge_id", "block_record", ["judge_id", "state"], unique=False)
    op.create_index("ix_block_record_author_id", "block_record", ["author_id", "course_id", "created_at"], unique=False)
    op.create_index("ix_block_record_waiting", "block_record", ["course_id", "state", "created_at"], unique=False)
    op.create_index("ix_block_record_block", "block_record", ["course_id", "block_id", "kind", "state"], unique=False)
    op.create_table(
        "block_file",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("course_id", _NUMBER, nullable=False),
        sa.Column("block_id", sa.String(length=255), nullable=False),
        sa.Column("person_id", _NUMBER, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=255), nullable=False),
        sa.Column("size", _NUMBER, nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_block_file_course_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_block_file_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_block_file")),
        sa.UniqueConstraint("token", name=op.f("uq_block_file_token")),
    )
    op.create_index(op.f("ix_block_file_sha256"), "block_file", ["sha256"], unique=False)
    op.create_index("ix_block_file_person_id", "block_file", ["person_id", "course_id", "block_id"], unique=False)
    op.create_table(
        "extension",
        sa.Column("person_id", _NUMBER, nullable=False),
        sa.Column("course_id", _NUMBER, nullable=False),
        sa.Column("block_id", sa.String(length=255), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column("granted_by", _NUMBER, nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_extension_course_id")),
        sa.ForeignKeyConstraint(["granted_by"], ["person.id"], name=op.f("fk_extension_granted_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_extension_person_id")),
        sa.PrimaryKeyConstraint("person_id", "course_id", "block_id", name=op.f("pk_extension")),
    )
    op.create_index(op.f("ix_extension_course_id"), "extension", ["course_id"], unique=False)
    with _altering("score") as score:
        score.add_column(sa.Column("override_earned", sa.Double(), nullable=True))
        score.add_column(sa.Column("override_possible", sa.Double(), nullable=True))
        score.add_column(sa.Column("override_reason", sa.String(length=255), nullable=False, server_default=""))
        score.add_column(sa.Column("override_by", _NUMBER, nullable=True))
        score.add_column(sa.Column("override_at", sa.DateTime(timezone=True), nullable=True))
        score.create_foreign_key(op.f("fk_score_override_by"), "person", ["override_by"], ["id"])
    op.create_index("ix_score_latest", "score", ["course_id", "scored_at"], unique=False)
    op.add_column("course_grade", sa.Column("active_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE course_grade SET active_at = updated_at")
    op.create_index("ix_course_grade_active", "course_grade", ["course_id", "active_at"], unique=False)
    op.create_index("ix_audit_entry_subject", "audit_entry", ["subject", "at"], unique=False)
    with _altering("attainment") as attainment:
        attainment.add_column(sa.Column("block_id", sa.String(length=255), nullable=False, server_default=""))
        attainment.drop_constraint("pk_attainment", type_="primary")
        attainment.create_primary_key("pk_attainment", ["person_id", "course_id", "kind", "name", "block_id"])


def downgrade() -> None:
    """Undo; of two attainments of one name one stays."""
    op.execute("DELETE FROM attainment WHERE block_id <> ''")
    with _altering("attainment") as attainment:
        attainment.drop_constraint("pk_attainment", type_="primary")
        attainment.create_primary_key("pk_attainment", ["person_id", "course_id", "kind", "name"])
        attainment.drop_column("block_id")
    op.drop_index("ix_audit_entry_subject", "audit_entry")
    op.drop_index("ix_course_grade_active", "course_grade")
    op.drop_column("course_grade", "active_at")
    op.drop_index("ix_score_latest", "score")
    with _altering("score") as score:
        score.drop_constraint(op.f("fk_score_override_by"), type_="foreignkey")
        for name in ("override_at", "override_by", "override_reason", "override_possible", "override_earned"):
            score.drop_column(name)
    op.drop_table("extension")
    op.drop_table("block_file")
    op.drop_table("block_record")
