"""What diagnostics measured, and when to remind whom of a plan.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "measurement",
        sa.Column("person_id", _NUMBER, nullable=False),
        sa.Column("course_id", _NUMBER, nullable=False),
        sa.Column("block_id", sa.String(length=255), nullable=False),
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("cohort_id", _NUMBER, nullable=True),
        sa.Column("kind", sa.String(length=255), nullable=False),
        sa.Column("moment", sa.String(length=255), nullable=False),
        sa.Column("cooperative", sa.String(length=255), nullable=False),
        sa.Column("respondents", _NUMBER, nullable=False),
        sa.Column("overall", sa.Double(), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_measurement_cohort_id")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_measurement_course_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_measurement_person_id")),
        sa.PrimaryKeyConstraint("person_id", "course_id", "block_id", "number", name=op.f("pk_measurement")),
    )
    op.create_index("ix_measurement_course_id", "measurement", ["course_id"], unique=False)
    op.create_table(
        "reminder",
        sa.Column("person_id", _NUMBER, nullable=False),
        sa.Column("course_id", _NUMBER, nullable=False),
        sa.Column("block_id", sa.String(length=255), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("months", _NUMBER, nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_reminder_course_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reminder_person_id")),
        sa.PrimaryKeyConstraint("person_id", "course_id", "block_id", "due_on", name=op.f("pk_reminder")),
    )
    op.create_index("ix_reminder_due_on", "reminder", ["due_on"], unique=False)


def downgrade() -> None:
    """Undo."""
    op.drop_table("reminder")
    op.drop_table("measurement")
