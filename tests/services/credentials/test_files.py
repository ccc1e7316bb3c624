"""Files of a certificate: made once, the same for ever, checked by our own verifier, put together for a cohort by a job."""

from __future__ import annotations

import io
import json
import zipfile

import pikepdf
import pytest
from sqlalchemy import select

from lms_app.adapters.credential_files import files_of
from lms_app.domain.errors import Conflict, Invalid, NotFound
from lms_app.model import Credential, CredentialEntry
from lms_app.services.credentials import printing, publishing, statuses
from lms_app.services.credentials.files import FileKind, certificate_file
from lms_app.storage.transaction import transaction
from takwin_certificates import codes, status
from takwin_certificates.joining import join_in_another_process
from takwin_certificates.record import Record, Signatory
from takwin_certificates.signing import sign
from takwin_certificates.trust import Purpose
from takwin_certificates.verifying.files import check_file
from tests.certified import issue


@pytest.fixture
def here(app):
    """Our parts of the site, drawing included."""
    return app.extensions["takwin"]


def trust_of(here):
    with transaction(here.sessions) as session:
        return publishing.trust_of(session, site=here.settings.site_url, issuer=here.issuer.name, keys=here.keys, now=here.clock())


def answers(here, data: bytes) -> tuple[str, str, str | None]:
    found = check_file(data, trust_of(here), now=here.clock())
    return found.genuine, found.valid, found.issuer


def test_every_file_is_genuine_counts_today_and_is_ours(here, people):
    issued = issue(here, people.person(), template="zellige-2")

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


def test_after_three_rotations_of_each_key_the_same_files_are_served_and_all_verify(here, people, clock):
    issued = issue(here, people.person(), template="zellige-2")
    first = {kind: certificate_file(here.sessions, issued.code, kind, workshop=here.workshop) for kind in FileKind}
    late = issue(here, people.person(), template="zellige-2")

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


def test_a_withdrawn_certificate_stands_in_the_published_list(here, people, clock):
    issued = issue(here, people.person())
    place = issued.record.status
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


def test_a_list_is_signed_anew_only_when_something_changed_or_the_day_did(here, people, clock):
    place = issue(here, people.person()).record.status

    def signed() -> bytes:
        return trust_of(here).statuses[status.address_of(here.settings.site_url, place.list, "suspension")]

    first = signed()
    clock.go_on(hours=11)
    assert signed() == first
    clock.go_on(hours=2)
    assert signed() != first


def test_a_certificate_of_the_first_schema_has_its_paper_and_no_other_file(here, people):
    record = Record(
        schema=1,
        code=codes.generate(),
        titles={"fr": "Gouvernance"},
        course_key="course-v1:Takwin+GOV+2026",
        issued_on=here.clock().date(),
        issuer="Takwin",
        language="fr",
        site=here.settings.site_url,
        name_latin="Amina Alaoui",
    )
    signature = sign(record.to_json(), here.issuer.key())
    with transaction(here.sessions) as session:
        about = {"person_id": people.person(), "award": "old", "code": record.code, "key_id": signature.key_id}
        signed = {"record": record.to_json().decode(), "signature": signature.to_text()}
        session.add(Credential(**about, **signed, issued_at=here.clock()))

    assert certificate_file(here.sessions, record.code, FileKind.PDF, workshop=here.workshop)[:5] == b"%PDF-"
    with pytest.raises(NotFound):
        certificate_file(here.sessions, record.code, FileKind.JSON, workshop=here.workshop)


@pytest.fixture
def cohort(here, academy):
    """A cohort with four certificates, one of them withdrawn."""
    for number, name in enumerate(("Amina Alaoui", "Omar Ba", "Ḥamza / Uʿazzū", "Withdrawn")):
        columns = {"course_id": academy.course, "cohort_id": academy.cohort, "revoked_at": here.clock() if number == 3 else None}
        facts = {"name_latin": name, "name_arabic": "", "signatories": (), "partners": (), "template": "zellige-2"}
        if "/" in name:
            facts["name_latin"] = "Ḥamza (Uʿazzū)"
        issue(here, academy.people.person(), columns=columns, **facts)
    return academy.cohort


def ask(here, academy, form: str) -> int:
    with transaction(here.sessions) as session:
        return printing.ask_for_batch(session, academy.trainer, academy.course, academy.cohort, form=form, now=here.clock())


def finished(here, batch: int) -> bytes:
    printing.go_on(here.sessions, batch, workshop=here.workshop, join=join_in_another_process)
    with transaction(here.sessions, writes=False) as session:
        assert printing.show_batch(session, batch).state == "done"
        return printing.batch_file(session, batch, workshop=here.workshop)


def test_a_cohort_is_printed_in_steps_and_goes_on_where_it_stopped(here, academy, cohort, monkeypatch):
    monkeypatch.setattr(printing, "STEP", 2)
    batch = ask(here, academy, "zip")

    printing.go_on(here.sessions, batch, workshop=here.workshop, join=join_in_another_process)
    with transaction(here.sessions, writes=False) as session:
        view = printing.show_batch(session, batch)
    assert (view.state, view.done, view.total) == ("running", 2, 3)
    data = finished(here, batch)

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert [name[:-29] for name in archive.namelist()] == ["Amina Alaoui", "Omar Ba", "Ḥamza _Uʿazzū_"]
        assert {archive.read(name)[:5] for name in archive.namelist()} == {b"%PDF-"}
    assert ask(here, academy, "zip") != batch  # a batch that is done is a file; who asks again gets a new one


def test_one_that_cannot_be_drawn_is_named_and_keeps_nobody_waiting(here, academy, cohort):
    issued = issue(
        here,
        academy.people.person(),
        columns={"course_id": academy.course, "cohort_id": cohort},
        signatories=(Signatory(title="Directrice", picture="0" * 64),),
        template="zellige-2",
    )
    batch = ask(here, academy, "zip")

    data = finished(here, batch)

    with transaction(here.sessions, writes=False) as session:
        view = printing.show_batch(session, batch)
    assert (view.done, view.total, view.error) == (3, 4, issued.code)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert len(archive.namelist()) == 3


def test_a_file_with_a_certificate_that_was_withdrawn_since_is_not_given_out(here, academy, cohort, clock):
    batch = ask(here, academy, "zip")
    finished(here, batch)
    clock.go_on(days=1)
    with transaction(here.sessions) as session:
        session.scalars(select(Credential).where(Credential.revoked_at.is_(None))).first().revoked_at = clock()

    with transaction(here.sessions, writes=False) as session, pytest.raises(Conflict, match="batch_is_old"):
        printing.batch_file(session, batch, workshop=here.workshop)


def test_a_file_to_print_has_every_page_and_neither_signatures_nor_attachments(here, academy, cohort):
    with pikepdf.open(io.BytesIO(finished(here, ask(here, academy, "pdf")))) as pdf:
        assert len(pdf.pages) == 3
        assert (len(pdf.attachments), "/AcroForm" in pdf.Root) == (0, False)


@pytest.mark.parametrize(("form", "code"), [("exe", "field_not_listed"), ("zip", "nothing_to_print")])
def test_what_cannot_be_printed_is_refused(here, academy, form, code):
    with pytest.raises(Invalid) as caught:
        ask(here, academy, form)

    assert caught.value.code == code
