"""What machines ask of an issuer: keys, profile, lists and trust file, open to all the world and signed."""

from __future__ import annotations

import json

import pytest
import rfc8785
from sqlalchemy import delete

from lms_app.model import CredentialEntry
from lms_app.services.credentials import log, statuses
from lms_app.services.credentials.files import FileKind, certificate_file
from lms_app.storage.transaction import transaction
from takwin_certificates import status, trust_file
from takwin_certificates.badge.proof import verify_proof
from takwin_certificates.signing import Signature, fits
from takwin_certificates.trust import Purpose
from takwin_certificates.verifying.files import check_file
from tests.certified import issue


@pytest.fixture
def here(app):
    return app.extensions["takwin"]


def test_the_did_document_keeps_every_key_that_ever_signed(client, here, clock):
    first = [here.keys.record().key_id, here.keys.jwt().key_id]
    for _ in range(3):
        clock.go_on(days=1)
        here.keys.rotate(Purpose.RECORD)

    answer = client.get("/.well-known/did.json")

    assert (answer.mimetype, answer.headers["Access-Control-Allow-Origin"]) == ("application/did+json", "*")
    document = json.loads(answer.data)
    assert document["id"] == "did:web:localhost"
    listed = [each["id"].partition("#")[2] for each in document["verificationMethod"]]
    assert {*first, here.keys.record().key_id} < {*listed}
    assert len(listed) == 5


def test_a_key_that_was_stolen_is_listed_and_asserts_nothing(client, here, clock):
    stolen = here.keys.record().key_id
    clock.go_on(days=1)
    here.keys.compromise(Purpose.RECORD, stolen, at=clock(), reason="The laptop is gone")

    document = json.loads(client.get("/.well-known/did.json").data)

    method = next(each for each in document["verificationMethod"] if each["id"].endswith(stolen))
    assert "revoked" in method
    assert method["id"] not in document["assertionMethod"]


def test_a_status_list_is_signed_and_tells_what_was_withdrawn(client, here, people):
    place = issue(here, people.person(), columns={"revoked_at": here.clock()}).record.status

    lists = {purpose: client.get(f"/status/{purpose}/{place.list}") for purpose in statuses.PURPOSES}

    keys = here.trusted_keys()
    said = {}
    for purpose, answer in lists.items():
        assert (answer.status_code, answer.mimetype) == (200, "application/vc+ld+json")
        verify_proof(json.loads(answer.data), keys)
        said[purpose] = status.is_set(status.decode(json.loads(answer.data)["credentialSubject"]["encodedList"]), place.index)
    assert said == {"revocation": True, "suspension": False}
    again = client.get(f"/status/revocation/{place.list}", headers={"If-None-Match": lists["revocation"].headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "address", ["/status/revocation/99", "/status/message/1", "/badges/diploma.png", "/status/revocation/99999999999"]
)
def test_what_does_not_exist_is_not_found(client, here, people, address):
    issue(here, people.person())

    assert client.get(address).status_code == 404


def test_the_trust_file_is_enough_to_check_without_this_site(client, here, people, clock):
    issued = issue(here, people.person())

    trust = trust_file.read(client.get("/.well-known/takwin-trust.json").data, now=clock())

    assert {each.issuer for each in trust.keys.values()} == {"Takwin"}
    assert sorted(trust.statuses) == [status.address_of("http://localhost", 1, purpose) for purpose in statuses.PURPOSES]
    assert issued.record.issuer == "Fondation Takwin"  # the name on the paper is claimed; the trust file says whose key it is


def test_a_trust_file_knows_the_keys_of_files_that_are_made_later(client, here, people, clock):
    issued = issue(here, people.person(), template="zellige-2")
    trust = trust_file.read(client.get("/.well-known/takwin-trust.json").data, now=clock())

    made = [certificate_file(here.sessions, issued.code, kind, workshop=here.workshop) for kind in FileKind]

    assert [check_file(data, trust, now=clock()).genuine for data in made] == ["yes"] * len(FileKind)


def test_the_other_addresses_answer(client, here):
    here.keys.document()

    told = {
        path: client.get(path) for path in ("/issuer.json", "/.well-known/jwks.json", "/issuer/root.pem", "/badges/completion.png")
    }

    assert {path: answer.status_code for path, answer in told.items()} == dict.fromkeys(told, 200)
    assert json.loads(told["/issuer.json"].data)["type"] == ["Profile"]
    assert told["/issuer/root.pem"].data.startswith(b"-----BEGIN CERTIFICATE-----")
    assert told["/badges/completion.png"].data.startswith(b"\x89PNG")


def test_the_address_of_a_credential_leads_to_its_page(client, here, people):
    issued = issue(here, people.person())

    answer = client.get(f"/verify/{issued.code}")

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/v/{issued.code}")


def test_the_published_head_holds_the_issue_log(client, here, people, sessions, clock):
    with transaction(sessions) as session:
        for number in range(3):
            log.note(session, "list", "", {"number": number}, now=clock())
        log.chain(session)

    told = json.loads(client.get("/issuer/log.json").data)

    signature = Signature.from_text(told["signature"]["key"], told["signature"]["value"])
    assert fits(rfc8785.dumps(told["head"]), signature, trusted=here.trusted_keys())
    known = (told["head"]["lines"], told["head"]["digest"])
    with transaction(sessions) as session:
        assert (known[0], log.check(session, known=known)) == (3, [])
        session.execute(delete(CredentialEntry).where(CredentialEntry.place == 3))
        assert log.check(session) == []
        assert len(log.check(session, known=known)) == 1
