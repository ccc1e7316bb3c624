"""Files of a certificate: made once, the same for ever, checked by our own verifier, put together for a cohort by a job."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile

import pikepdf
import pytest
from sqlalchemy import select

from lms_app.adapters.credential_files import files_of
from lms_app.domain.errors import NotFound
from lms_app.model import Course, Credential, CredentialEntry, PrintBatch
from lms_app.services.credentials import printing, publishing, statuses
from lms_app.services.credentials.files import FileKind, certificate_file
from lms_app.storage.transaction import transaction
from takwin_certificates import status
from takwin_certificates.joining import join_in_another_process
from takwin_certificates.record import StatusPlace
from takwin_certificates.trust import Purpose
from takwin_certificates.verifying.files import check_file
from tests.certified import issue


@pytest.fixture
def here(app):
    """Our parts of the site, drawing included."""
    parts = app.extensions["takwin"]
    yield parts
    parts.renderer.close()


@pytest.fixture
def place(sessions) -> StatusPlace:
    with transaction(sessions) as session:
        return statuses.take_place(session)


def trust_of(here):
    with transaction(here.sessions) as session:
        return publishing.trust_of(session, site=here.settings.site_url, issuer=here.issuer.name, keys=here.keys, now=here.clock())


def answers(here, data: bytes) -> tuple[str, str, str | None]:
    found = check_file(data, trust_of(here), now=here.clock())
    return found.genuine, found.valid, found.issuer


def test_every_file_is_genuine_counts_today_and_is_ours(here, people, place):
    issued = issue(here, people.person(), place=place, signatories=(), partners=())

    files = {kind: certificate_file(here.sessions, issued.code, kind, workshop=here.workshop) for kind in FileKind}

    assert {kind: answers(here, data) for kind, data in files.items()} == dict.fromkeys(FileKind, ("yes", "yes", "Takwin"))
    with pikepdf.open(io.BytesIO(files[FileKind.PDF])) as pdf:
        assert pdf.attachments["credential.json"].get_file().read_bytes() == files[FileKind.JSON]
    with transaction(here.sessions, writes=False) as session:
        row = session.scalars(select(Credential).where(Credential.code == issued.code)).one()
        kept = files_of(session, row.id)
        noted = session.scalars(select(CredentialEntry.facts).where(CredentialEntry.kind == "file")).all()
    assert {each["kind"]: each["sha256"] for each in kept} == {each["kind"]: each["sha256"] for each in noted}
    assert [each["kind"] for each in kept] == sorted(FileKind)


def test_after_three_rotations_of_each_key_the_same_files_are_served_and_all_verify(here, people, place, clock):
    issued = issue(here, people.person(), place=place, signatories=(), partners=())
    first = {kind: certificate_file(here.sessions, issued.code, kind, workshop=here.workshop) for kind in FileKind}
    late = issue(here, people.person(), place=StatusPlace(list=place.list, index=place.index ^ 1), signatories=(), partners=())

    for _ in range(3):
        clock.go_on(days=30)
        for purpose in Purpose:
            here.keys.rotate(purpose)

    again = {kind: certificate_file(here.sessions, issued.code, kind, workshop=here.workshop) for kind in FileKind}
    assert again == first
    assert {kind: answers(here, data)[:2] for kind, data in again.items()} == dict.fromkeys(FileKind, ("yes", "yes"))
    assert answers(here, issued.token.encode())[:2] == ("yes", "yes")
    made_late = {kind: certificate_file(here.sessions, late.code, kind, workshop=here.workshop) for kind in FileKind}
    assert {kind: answers(here, data)[:2] for kind, data in made_late.items()} == dict.fromkeys(FileKind, ("yes", "yes"))


def test_a_withdrawn_certificate_stands_in_the_published_list(here, people, place, clock):
    issued = issue(here, people.person(), place=place)
    old = trust_of(here)
    with transaction(here.sessions) as session:
        session.scalars(select(Credential).where(Credential.code == issued.code)).one().revoked_at = here.clock()
        statuses.mark_stale(session, place.list)

    new = trust_of(here)

    address = status.address_of(here.settings.site_url, place.list, "revocation")
    bits = [status.decode(json.loads(trust.statuses[address])["credentialSubject"]["encodedList"]) for trust in (old, new)]
    assert [status.is_set(each, place.index) for each in bits] == [False, True]
    assert status.is_newer(json.loads(new.statuses[address]), json.loads(old.statuses[address]))
    data = certificate_file(here.sessions, issued.code, FileKind.JSON, workshop=here.workshop)
    assert answers(here, data)[:2] == ("yes", "no")


def test_a_list_is_signed_anew_only_when_something_changed_or_the_day_did(here, place, clock):
    def signed() -> bytes:
        return trust_of(here).statuses[status.address_of(here.settings.site_url, place.list, "suspension")]

    first = signed()
    clock.go_on(hours=11)
    assert signed() == first
    clock.go_on(hours=2)
    assert signed() != first


def test_a_certificate_of_the_first_schema_has_its_paper_and_no_other_file(here, people):
    facts = {
        "schema": 1,
        "kind": "completion",
        "template": "zellige-1",
        "award": "",
        "subject": "",
        "issued_at": None,
        "place": "Rabat",
    }
    from tests.services.credentials.academy import first_schema_row  # noqa: PLC0415

    code = first_schema_row(here, people.person(), **facts)

    assert certificate_file(here.sessions, code, FileKind.PDF, workshop=here.workshop)[:5] == b"%PDF-"
    with pytest.raises(NotFound):
        certificate_file(here.sessions, code, FileKind.JSON, workshop=here.workshop)
