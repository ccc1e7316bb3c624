"""Certificates that can be checked by anybody: kinds, files, status, the log of issues, programmes, shares, old registers.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from lms_app.domain.folding import folded

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NEW_TABLES = (
    "status_request",
    "credential_share",
    "credential_file",
    "print_batch",
    "legacy_credential",
    "attainment",
    "status_list",
    "programme",
    "credential_entry",
    "credential_series",
)


def upgrade() -> None:
    """Make them; rules become awards, and pictures that were drawn become files of their certificate."""
    _make_tables()
    op.add_column("course", sa.Column("awards", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("course", sa.Column("certificate", sa.Text(), nullable=False, server_default="{}"))
    _carry_rules_over()
    op.drop_column("course", "certificate_rule")
    _widen_credentials()
    _fold_names()
    op.execute(
        "INSERT INTO credential_file (credential_id, kind, sha256, size, key_id, made_at) "
        "SELECT id, 'pdf', pdf_sha256, 0, '', issued_at FROM credential WHERE pdf_sha256 IS NOT NULL"
    )
    op.drop_column("credential", "pdf_sha256")


def _carry_rules_over() -> None:
    course = sa.table("course", sa.column("id", _NUMBER), sa.column("certificate_rule", sa.Text()), sa.column("awards", sa.Text()))
    connection = op.get_bind()
    for row in connection.execute(sa.select(course.c.id, course.c.certificate_rule)).all():
        rule = json.loads(row.certificate_rule)
        if rule:
            awards = [{"kind": "completion", "rule": {"all": [rule]}}]
            connection.execute(course.update().where(course.c.id == row.id).values(awards=json.dumps(awards)))


def _fold_names() -> None:
    """Let the register find those who got their certificate before there was one."""
    credential = sa.table("credential", sa.column("id", _NUMBER), sa.column("record", sa.Text()), sa.column("holder", sa.Text()))
    connection = op.get_bind()
    for row in connection.execute(sa.select(credential.c.id, credential.c.record)).all():
        record = json.loads(row.record)
        holder = folded(f"{record.get('name_latin', '')} {record.get('name_arabic', '')}")
        connection.execute(credential.update().where(credential.c.id == row.id).values(holder=holder))


def _carry_rules_back() -> None:
    """Keep of several conditions the first on grade or completion: the shape before knows no other."""
    course = sa.table("course", sa.column("id", _NUMBER), sa.column("certificate_rule", sa.Text()), sa.column("awards", sa.Text()))
    connection = op.get_bind()
    for row in connection.execute(sa.select(course.c.id, course.c.awards)).all():
        awards = {each["kind"]: each["rule"]["all"] for each in json.loads(row.awards)}
        asked = [each for kind in ("completion", "competence") for each in awards.get(kind, ()) if "at_least" in each]
        if asked:
            connection.execute(course.update().where(course.c.id == row.id).values(certificate_rule=json.dumps(asked[0])))


def _widen_credentials() -> None:
    with op.batch_alter_table("credential", reflect_kwargs={"resolve_fks": False}) as table:
        table.add_column(sa.Column("issue", _NUMBER, nullable=False, server_default="1"))
        table.add_column(sa.Column("kind", sa.String(length=255), nullable=False, server_default="completion"))
        table.add_column(sa.Column("programme_id", _NUMBER, nullable=True))
        table.add_column(sa.Column("cohort_id", _NUMBER, nullable=True))
        table.add_column(sa.Column("number", sa.String(length=255), nullable=True))
        table.add_column(sa.Column("holder", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("token", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("status_list", _NUMBER, nullable=True))
        table.add_column(sa.Column("status_index", _NUMBER, nullable=True))
        table.add_column(sa.Column("valid_until", sa.Date(), nullable=True))
        table.add_column(sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("suspended_reason", sa.String(length=255), nullable=False, server_default=""))
        table.add_column(sa.Column("replaced_by", sa.String(length=64), nullable=True))
        table.alter_column("course_id", existing_type=_NUMBER, nullable=True)
        table.drop_constraint("uq_credential_person_id_award", type_="unique")
        table.create_index(op.f("ix_credential_cohort_id"), ["cohort_id"], unique=False)
        table.create_index(op.f("ix_credential_programme_id"), ["programme_id"], unique=False)
        table.create_unique_constraint(op.f("uq_credential_number"), ["number"])
        table.create_unique_constraint(op.f("uq_credential_person_id_award_issue"), ["person_id", "award", "issue"])
        table.create_unique_constraint(op.f("uq_credential_status_list_status_index"), ["status_list", "status_index"])
        table.create_foreign_key(op.f("fk_credential_cohort_id"), "cohort", ["cohort_id"], ["id"])
        table.create_foreign_key(op.f("fk_credential_programme_id"), "programme", ["programme_id"], ["id"])


def downgrade() -> None:
    """Undo. Corrections, and certificates of programmes, have no place in the shape before, and go."""
    op.execute(
        "DELETE FROM credential_file WHERE credential_id IN (SELECT id FROM credential WHERE issue > 1 OR course_id IS NULL)"
    )
    op.execute("DELETE FROM status_request")
    op.execute("DELETE FROM credential_share")
    op.execute("DELETE FROM credential WHERE issue > 1 OR course_id IS NULL")
    with op.batch_alter_table("credential", reflect_kwargs={"resolve_fks": False}) as table:
        table.drop_constraint(op.f("fk_credential_cohort_id"), type_="foreignkey")
        table.drop_constraint(op.f("fk_credential_programme_id"), type_="foreignkey")
        table.drop_constraint(op.f("uq_credential_number"), type_="unique")
        table.drop_constraint(op.f("uq_credential_person_id_award_issue"), type_="unique")
        table.drop_constraint(op.f("uq_credential_status_list_status_index"), type_="unique")
        table.drop_index(op.f("ix_credential_cohort_id"))
        table.drop_index(op.f("ix_credential_programme_id"))
        for name in ("issue", "kind", "programme_id", "cohort_id", "number", "holder", "token"):
            table.drop_column(name)
        for name in ("status_list", "status_index", "valid_until", "suspended_at", "suspended_reason", "replaced_by"):
            table.drop_column(name)
        table.add_column(sa.Column("pdf_sha256", sa.String(length=64), nullable=True))
        table.alter_column("course_id", existing_type=_NUMBER, nullable=False)
        table.create_unique_constraint("uq_credential_person_id_award", ["person_id", "award"])
    op.execute(
        "UPDATE credential SET pdf_sha256 = (SELECT sha256 FROM credential_file WHERE credential_id = credential.id AND kind = 'pdf')"
    )
    op.add_column("course", sa.Column("certificate_rule", sa.Text(), nullable=False, server_default="{}"))
    _carry_rules_back()
    op.drop_column("course", "awards")
    op.drop_column("course", "certificate")
    for name in _NEW_TABLES:
        op.drop_table(name)


def _make_tables() -> None:
    op.create_table(
        "credential_entry",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=255), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", _NUMBER, nullable=True),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential_entry")),
        sa.UniqueConstraint("place", name=op.f("uq_credential_entry_place")),
    )
    op.create_index(op.f("ix_credential_entry_code"), "credential_entry", ["code"], unique=False)

    op.create_table(
        "credential_series",
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("taken", _NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_credential_series")),
    )
    op.create_table(
        "programme",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("titles", sa.Text(), nullable=False),
        sa.Column("courses", sa.Text(), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint("key", name=op.f("uq_programme_key")),
    )
    op.create_table(
        "status_list",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("purpose", sa.String(length=255), nullable=False),
        sa.Column("taken", _NUMBER, nullable=False),
        sa.Column("signed", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_stale", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("number", "purpose", name=op.f("pk_status_list")),
    )
    op.create_table(
        "attainment",
        sa.Column("person_id", _NUMBER, nullable=False),
        sa.Column("course_id", _NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("decided_by", _NUMBER, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_attainment_course_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_attainment_decided_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attainment_person_id")),
        sa.PrimaryKeyConstraint("person_id", "course_id", "kind", "name", name=op.f("pk_attainment")),
    )
    op.create_index(op.f("ix_attainment_course_id"), "attainment", ["course_id"], unique=False)

    op.create_table(
        "legacy_credential",
        sa.Column("number", sa.String(length=255), nullable=False),
        sa.Column("printed", sa.String(length=255), nullable=False),
        sa.Column("holder", sa.String(length=255), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=255), nullable=False),
        sa.Column("note", sa.String(length=255), nullable=False),
        sa.Column("imported_by", _NUMBER, nullable=True),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["imported_by"], ["person.id"], name=op.f("fk_legacy_credential_imported_by")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_legacy_credential")),
    )
    op.create_table(
        "print_batch",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("course_id", _NUMBER, nullable=False),
        sa.Column("cohort_id", _NUMBER, nullable=True),
        sa.Column("form", sa.String(length=255), nullable=False),
        sa.Column("asked_by", _NUMBER, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=255), nullable=False),
        sa.Column("total", _NUMBER, nullable=False),
        sa.Column("done", _NUMBER, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", _NUMBER, nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_print_batch_asked_by")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_print_batch_cohort_id")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_print_batch_course_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_batch")),
    )
    op.create_index(op.f("ix_print_batch_course_id"), "print_batch", ["course_id"], unique=False)

    op.create_table(
        "credential_file",
        sa.Column("credential_id", _NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", _NUMBER, nullable=False),
        sa.Column("key_id", sa.String(length=255), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["credential_id"], ["credential.id"], name=op.f("fk_credential_file_credential_id")),
        sa.PrimaryKeyConstraint("credential_id", "kind", name=op.f("pk_credential_file")),
    )
    op.create_table(
        "credential_share",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("credential_id", _NUMBER, nullable=False),
        sa.Column("shows", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["credential_id"], ["credential.id"], name=op.f("fk_credential_share_credential_id")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_credential_share")),
    )
    op.create_index(op.f("ix_credential_share_credential_id"), "credential_share", ["credential_id"], unique=False)

    op.create_table(
        "status_request",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("credential_id", _NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=255), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("asked_by", _NUMBER, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", _NUMBER, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_status_request_asked_by")),
        sa.ForeignKeyConstraint(["credential_id"], ["credential.id"], name=op.f("fk_status_request_credential_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_status_request_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_request")),
    )
    op.create_index(op.f("ix_status_request_credential_id"), "status_request", ["credential_id"], unique=False)
