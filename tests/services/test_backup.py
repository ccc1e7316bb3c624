"""A backup holds everything, is checked before it is called done, and goes into an empty Takwin only."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from lms_app.app import compose
from lms_app.config import read_settings
from lms_app.domain.errors import Conflict, Invalid
from lms_app.migrations import current_revision, migrate
from lms_app.model import Course, Credential, Person
from lms_app.services.authoring.importing import find_course_row
from lms_app.services.credentials import publishing
from lms_app.services.credentials.files import FileKind, certificate_file
from lms_app.services.operations.backing_up import back_up
from lms_app.services.operations.blob_names import blob_names
from lms_app.services.operations.restoring import restore
from lms_app.storage.base import Base
from lms_app.storage.transaction import transaction
from lms_app.web.context import Takwin
from takwin_certificates.renderer import Renderer
from takwin_certificates.verifying.files import check_file
from tests.certified import issue
from tests.databases import Databases, copied
from tests.people import People


@pytest.fixture
def full(databases: Databases, database_kind: str, renderer: Renderer, tmp_path: Path) -> Iterator[Takwin]:
    """A Takwin with a course, its pictures, a learner and a key."""
    template = databases.template(database_kind, has_courses=True)
    shutil.copytree(databases.shipped_blobs, tmp_path / "full" / "blobs")
    with copied(template, tmp_path, "takwin_backed_up") as url:
        settings = read_settings({"TAKWIN_HOME": str(tmp_path / "full"), "TAKWIN_DATABASE_URL": url})
        parts = replace(compose(settings), renderer=renderer)
        People(parts.sessions, parts.clock).person(user_name="aicha", name_arabic="عائشة")
        parts.issuer.key()
        yield parts
        parts.engine.dispose()


def saved(parts: Takwin, file: Path, *, passphrase: str | None = "olive") -> Path:
    with transaction(parts.sessions, writes=False) as session:
        back_up(
            session,
            Base.metadata,
            file,
            blobs=parts.blobs,
            keys=parts.settings.keys,
            revision=current_revision(parts.engine),
            passphrase=passphrase,
            now=parts.clock(),
        )
    return file


@pytest.fixture
def empty(template_url: str, renderer: Renderer, tmp_path: Path) -> Iterator[Takwin]:
    folder = tmp_path / "second"
    folder.mkdir()
    with copied(template_url, folder, "takwin_restored") as url:
        settings = read_settings({"TAKWIN_HOME": str(folder), "TAKWIN_DATABASE_URL": url})
        migrate(settings)
        parts = replace(compose(settings), renderer=renderer)
        yield parts
        parts.engine.dispose()


def put_back(parts: Takwin, file: Path, *, passphrase: str | None = "olive") -> int:
    with transaction(parts.sessions) as session:
        return restore(session, Base.metadata, file, blobs=parts.blobs, keys=parts.settings.keys, passphrase=passphrase)


def test_a_restored_takwin_has_people_courses_files_and_keys(full: Takwin, empty: Takwin, tmp_path: Path) -> None:
    file = saved(full, tmp_path / "backup.zip")

    put_back(empty, file)

    with transaction(empty.sessions, writes=False) as session:
        assert session.scalars(select(Person.name_arabic)).all() == ["عائشة"]
        published = session.scalars(select(Course.published_revision_id)).all()
        assert published
        assert None not in published
        names = blob_names(session)
    assert names
    assert all(empty.blobs.get(name) == full.blobs.get(name) for name in names)
    assert empty.issuer.key().key_id == full.issuer.key().key_id


def test_every_certificate_verifies_after_a_restore(full: Takwin, empty: Takwin, tmp_path: Path) -> None:
    holder = People(full.sessions, full.clock).person(user_name="omar")
    kept, withdrawn = (issue(full, holder, template="zellige-2") for _ in range(2))
    files = {kind: certificate_file(full.sessions, kept.code, kind, workshop=full.workshop) for kind in FileKind}
    with transaction(full.sessions) as session:
        session.scalars(select(Credential).where(Credential.code == withdrawn.code)).one().revoked_at = full.clock()

    put_back(empty, saved(full, tmp_path / "backup.zip"))

    again = {kind: certificate_file(empty.sessions, kept.code, kind, workshop=empty.workshop) for kind in FileKind}
    made_anew = certificate_file(empty.sessions, withdrawn.code, FileKind.PDF, workshop=empty.workshop)
    with transaction(empty.sessions) as session:
        trust = publishing.trust_of(session, site=empty.settings.site_url, issuer="Takwin", keys=empty.keys, now=empty.clock())
    assert again == files
    found = [check_file(data, trust, now=empty.clock()) for data in (*again.values(), kept.token.encode(), made_anew)]
    assert [(each.genuine, each.valid) for each in found] == [("yes", "yes")] * 6 + [("yes", "no")]


def test_new_rows_are_numbered_after_the_restored_ones(full: Takwin, empty: Takwin, tmp_path: Path) -> None:
    put_back(empty, saved(full, tmp_path / "backup.zip"))

    assert People(empty.sessions, empty.clock).person(user_name="later") == 2


def test_a_site_in_use_is_never_written_over(full: Takwin, tmp_path: Path) -> None:
    file = saved(full, tmp_path / "backup.zip")

    with pytest.raises(Conflict, match="restore_into_live_site"):
        put_back(full, file)


def test_keys_need_their_passphrase_and_nothing_is_written_without_it(full: Takwin, empty: Takwin, tmp_path: Path) -> None:
    file = saved(full, tmp_path / "backup.zip")

    for given, refusal in ((None, "passphrase_needed"), ("thyme", "wrong_passphrase")):
        with pytest.raises(Invalid, match=refusal):
            put_back(empty, file, passphrase=given)
    with transaction(empty.sessions, writes=False) as session:
        assert find_course_row(session, "course-v1:Takwin+COOP101+2026") is None  # type: ignore[arg-type]


def test_a_backup_without_passphrase_leaves_the_keys_out(full: Takwin, tmp_path: Path) -> None:
    file = saved(full, tmp_path / "backup.zip", passphrase=None)

    assert not [name for name in zipfile.ZipFile(file).namelist() if name.startswith("keys/")]


def test_one_changed_byte_is_found(full: Takwin, empty: Takwin, tmp_path: Path) -> None:
    file = saved(full, tmp_path / "backup.zip")
    changed = tmp_path / "changed.zip"
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data.replace(b"aicha", b"erica") if name == "tables/person.jsonl" else data)

    with pytest.raises(Invalid, match="backup_part_damaged"):
        put_back(empty, changed)


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_backup_is_refused(empty: Takwin, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "odd.zip"
    file.write_bytes(content)

    with pytest.raises(Invalid, match="backup_unreadable"):
        put_back(empty, file)


def test_a_backup_writes_over_no_file(full: Takwin, tmp_path: Path) -> None:
    file = saved(full, tmp_path / "backup.zip")

    with pytest.raises(Conflict, match="backup_exists"):
        saved(full, file)
