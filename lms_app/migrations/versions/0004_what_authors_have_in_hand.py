"""What authors have in hand: working copies, presence, plans, trials, sources of translations, invitations, libraries.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make them; every course there is is a course, not a library."""
    op.add_column("course", sa.Column("kind", sa.String(length=255), nullable=False, server_default="course"))
    op.create_table(
        "working_copy",
        sa.Column("course_id", _NUMBER, nullable=False),
        sa.Column("block_id", sa.String(length=255), nullable=False),
        sa.Column("language", sa.String(length=255), nullable=False),
        sa.Column("person_id", _NUMBER, nullable=False),
        sa.Column("base", sa.String(length=64), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("own_form", sa.Text(), nullable=True),
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("problem", sa.String(length=255), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_working_copy_course_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_working_copy_person_id")),
        sa.PrimaryKeyConstraint("course_id", "block_id", "language", "person_id", name=op.f("pk_working_copy")),
    )
    op.create_index("ix_working_copy_person_id", "working_copy", ["person_id"], unique=False)
    op.create_index("ix_working_copy_touched_at", "working_copy", ["touched_at"], unique=False)
    op.create_table(
        "author_presence",
        sa.Column("course_id", _NUMBER, nullable=False),
        sa.Column("person_id", _NUMBER, nullable=False),
        sa.Column("unit", sa.String(length=255), nullable=False),
        sa.Column("block_id", sa.String(length=255), nullable=False),
        sa.Column("field", sa.String(length=255), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_author_presence_course_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_author_presence_person_id")),
        sa.PrimaryKeyConstraint("course_id", "person_id", name=op.f("pk_author_presence")),
    )
    op.create_table(
        "planned_publication",
        sa.Column("course_id", _NUMBER, nullable=False),
        sa.Column("revision_id", _NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", _NUMBER, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("problem", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_planned_publication_course_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_planned_publication_revision_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_planned_publication_asked_by")),
        sa.PrimaryKeyConstraint("course_id", name=op.f("pk_planned_publication")),
    )
    op.create_index("ix_planned_publication_at", "planned_publication", ["at"], unique=False)
    op.create_table(
        "trial_state",
        sa.Column("person_id", _NUMBER, nullable=False),
        sa.Column("course_id", _NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("version", _NUMBER, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_trial_state_person_id")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_trial_state_course_id")),
        sa.PrimaryKeyConstraint("person_id", "course_id", "kind", "name", name=op.f("pk_trial_state")),
    )
    op.create_table(
        "translation_source",
        sa.Column("course_id", _NUMBER, nullable=False),
        sa.Column("language", sa.String(length=255), nullable=False),
        sa.Column("block_id", sa.String(length=255), nullable=False),
        sa.Column("path", sa.String(length=255), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", _NUMBER, nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_translation_source_course_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_translation_source_person_id")),
        sa.PrimaryKeyConstraint("course_id", "language", "block_id", "path", name=op.f("pk_translation_source")),
    )
    op.create_table(
        "invitation",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("course_id", _NUMBER, nullable=False),
        sa.Column("cohort_id", _NUMBER, nullable=True),
        sa.Column("identifier", sa.String(length=255), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("invited_by", _NUMBER, nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", _NUMBER, nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_invitation_course_id")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_invitation_cohort_id")),
        sa.ForeignKeyConstraint(["invited_by"], ["person.id"], name=op.f("fk_invitation_invited_by")),
        sa.ForeignKeyConstraint(["taken_by"], ["person.id"], name=op.f("fk_invitation_taken_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("course_id", "identifier", name=op.f("uq_invitation_course_id_identifier")),
    )
    op.create_index("ix_invitation_identifier", "invitation", ["identifier"], unique=False)


def downgrade() -> None:
    """Undo."""
    op.drop_table("invitation")
    op.drop_table("translation_source")
    op.drop_table("trial_state")
    op.drop_table("planned_publication")
    op.drop_table("author_presence")
    op.drop_table("working_copy")
    op.drop_column("course", "kind")
