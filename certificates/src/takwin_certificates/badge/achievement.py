"""A certificate as an Open Badge 3.0: the same facts, in the fields where wallets and registers of the world look for them.

Each fact stands in the field that Open Badges has for it. Facts without one (cohort, place, signatories) are told in the subject's
`narrative`. And the record itself, byte for byte as it was signed at issue, is the last piece of `evidence`, encoded as a data URI:
the standard lets the id of an `Evidence` be the evidence itself as a data URI, both contexts define the term, so the proof covers
every byte, and wallets that know nothing of us show a line of evidence. (`termsOfUse` and
`relatedResource` would ask for types that no context defines, or for addresses to be fetched.) `record_of` takes it out again and
makes the credential anew from it, so that nothing shown can differ from the record.

Hours are results, not `creditsEarned`: that field is for academic credits, which these certificates do not claim to give.
`credentialStatus` is the one entry that Open Badges 3.0 allows there, for revocation; suspension stands at the same index of the list
`/status/suspension/{n}`.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

import rfc8785

from takwin_certificates.badge.contexts import CREDENTIALS_V2, OPEN_BADGES_V3
from takwin_certificates.badge.did import did_of
from takwin_certificates.badge.guards import is_absolute
from takwin_certificates.badge.proof import issuer_of
from takwin_certificates.badge.refusals import CredentialRefused, Reason
from takwin_certificates.badge.telling import criteria, in_order, narrative, words
from takwin_certificates.facts import StatusPlace
from takwin_certificates.record import InvalidRecord, Record

MAPPING: Final = 1
"""How records become credentials. Another mapping is another number, and what this one made is read for ever."""
_DATA: Final = f"data:application/json;mapping={MAPPING};base64,"
_TYPES: Final = {
    "participation": "Achievement",
    "completion": "CertificateOfCompletion",
    "competence": "Competency",
    "programme": "LearningProgram",
}
_LEVELS: Final = (1, 2, 3, 4)
_SCRIPTS: Final = {
    "ar": ("arabic", "latin", "tifinagh"),
    "fr": ("latin", "arabic", "tifinagh"),
    "en": ("latin", "arabic", "tifinagh"),
}

Json = dict[str, Any]


def credential_of(record: Record, *, did: str | None = None, status_site: str | None = None) -> Json:
    """Return the credential of a record, without proof; the same record always gives the same.

    Refuses a record of the first schema, which has neither a subject nor a status, and a site that cannot be part of an address.
    """
    if record.schema == 1 or record.status is None or record.issued_at is None:
        raise CredentialRefused(Reason.FIRST_SCHEMA, "records of the first schema are no credentials of the open standards")
    site = record.site.rstrip("/")
    address = f"{site}/verify/{record.code}"
    if not is_absolute(address):
        raise CredentialRefused(Reason.RELATIVE_IRI, site[:100])
    ours = words(record.language)
    moment = _moment(record.issued_at)
    issuer: Json = {"id": did or did_of(site), "type": ["Profile"], "name": record.issuer, "url": site}
    credential: Json = {
        "@context": [CREDENTIALS_V2, OPEN_BADGES_V3],
        "id": address,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": f"{ours[f'kind.{record.kind}']} – {record.title}",
        "description": ours[f"statement.{record.kind}"],
        "issuer": issuer,
        "validFrom": moment,
        "awardedDate": moment,
        "credentialSubject": _subject(record, address, issuer),
        "evidence": [*_parts(record), _whole(record)],
        "credentialStatus": status_entry((status_site or site).rstrip("/"), "revocation", record.status),
    }
    if record.valid_until:
        credential["validUntil"] = f"{record.valid_until.isoformat()}T23:59:59Z"
    return credential


def to_bytes(credential: Mapping[str, Any]) -> bytes:
    """Return the one form in which a credential is kept and hashed (RFC 8785)."""
    return rfc8785.dumps(dict(credential))


def record_of(credential: Mapping[str, Any]) -> Record:
    """Take the record out of a credential of ours, with or without proof; says nothing of who signed it.

    Refuses a credential without a record inside, and one of which anything, to the last word, is not what the record gives.
    """
    pieces = credential.get("evidence")
    found = [
        each["id"]
        for each in (pieces if isinstance(pieces, list) else [])
        if isinstance(each, Mapping) and isinstance(each.get("id"), str) and each["id"].startswith(_DATA)
    ]
    if len(found) != 1:
        raise CredentialRefused(Reason.NO_RECORD, "a credential of ours has one record among its evidence")
    try:
        text = base64.b64decode(found[0].removeprefix(_DATA), validate=True)
        record = Record.from_json(text)
    except (binascii.Error, InvalidRecord) as error:
        raise CredentialRefused(Reason.NO_RECORD, str(error)) from error
    bare = {name: value for name, value in credential.items() if name != "proof"}
    made = credential_of(record, did=issuer_of(credential), status_site=_status_site(credential, record))
    if to_bytes(made) != _bytes_of(bare):
        raise CredentialRefused(Reason.RECORD_DIFFERS, "the credential does not show what the record inside says")
    return record


def _bytes_of(document: Json) -> bytes:
    try:
        return to_bytes(document)
    except rfc8785.CanonicalizationError as error:
        raise CredentialRefused(Reason.NOT_CANONICAL, str(error)) from error


def status_entry(site: str, purpose: str, place: StatusPlace) -> Json:
    """Return where the status of a certificate is published (Bitstring Status List 1.0 §2.1); the index is a text, base 10."""
    address = f"{site}/status/{purpose}/{place.list}"
    return {
        "id": f"{address}#{place.index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(place.index),
        "statusListCredential": address,
    }


def _status_site(credential: Mapping[str, Any], record: Record) -> str | None:
    entry = credential.get("credentialStatus")
    address = entry.get("statusListCredential") if isinstance(entry, Mapping) else None
    tail = f"/status/revocation/{record.status.list}" if record.status else ""
    return address.removesuffix(tail) if isinstance(address, str) and is_absolute(address) and tail else None


def _subject(record: Record, address: str, issuer: Json) -> Json:
    described, results = _results(record, address)
    subject: Json = {
        "id": record.subject,
        "type": ["AchievementSubject"],
        "identifier": _names(record),
        "achievement": _achievement(record, described, issuer),
        "narrative": narrative(record),
    }
    if record.starts_on:
        subject["activityStartDate"] = f"{record.starts_on.isoformat()}T00:00:00Z"
    if record.ends_on:
        subject["activityEndDate"] = f"{record.ends_on.isoformat()}T23:59:59Z"
    if record.number:
        subject["licenseNumber"] = record.number
    if record.run:
        subject["term"] = record.run
    if record.assessors:
        subject["source"] = {"id": f"{address}#assessors", "type": ["Profile"], "name": " · ".join(record.assessors)}
    if results:
        subject["result"] = results
    return subject


def _names(record: Record) -> list[Json]:
    """Return the holder's name in each script, as it is printed: a name on paper gains nothing from being hashed here."""
    names = [getattr(record, f"name_{script}") for script in _SCRIPTS[record.language]]
    return [
        {"type": "IdentityObject", "hashed": False, "identityHash": name, "identityType": "name"}
        for name in dict.fromkeys(filter(None, names))
    ]


def _achievement(record: Record, described: list[Json], issuer: Json) -> Json:
    site = record.site.rstrip("/")
    ours = words(record.language)
    achievement: Json = {
        "id": f"{site}/awards/{quote(record.award, safe='')}",
        "type": ["Achievement"],
        "achievementType": _TYPES[record.kind],
        "name": record.title,
        "description": " · ".join(in_order(record.titles, record.language)),
        "creator": dict(issuer),
        "criteria": {"narrative": criteria(record)},
        "humanCode": record.course_key,
        "inLanguage": record.language,
        "image": {"id": f"{site}/badges/{record.kind}.png", "type": "Image", "caption": ours[f"kind.{record.kind}"]},
    }
    if record.version:
        achievement["version"] = record.version
    if described:
        achievement["resultDescription"] = described
    return achievement


def _results(record: Record, address: str) -> tuple[list[Json], list[Json]]:
    """Return what could be reached, and what was: hours, visits, grade, and each competence at its level."""
    ours = words(record.language)
    described: list[Json] = []
    results: list[Json] = []
    for name in ("hours", "hours_face_to_face", "hours_field", "field_visits", "grade_percent"):
        value = getattr(record, name)
        if value is not None:
            key = f"{address}#{name.replace('_', '-')}"
            scale = {"valueMin": "0", "valueMax": "100"} if name == "grade_percent" else {}
            described.append(_description(key, ours[name], "Percent" if scale else _extension(name), **scale))
            results.append({"type": ["Result"], "resultDescription": key, "value": rfc8785.dumps(value).decode()})
    for number, competence in enumerate(record.competences, start=1):
        key = f"{address}#competence-{number}"
        text = in_order(competence.texts, record.language)[0]
        if competence.level is None:
            described.append(_description(key, text, "Status"))
            results.append({"type": ["Result"], "resultDescription": key, "status": "Completed"})
        else:
            levels = [_level(address, level, ours[f"level.{level}"]) for level in _LEVELS]
            described.append(_description(key, text, "RubricCriterionLevel", rubricCriterionLevel=levels))
            reached = {"achievedLevel": f"{address}#level-{competence.level}", "value": str(competence.level)}
            results.append({"type": ["Result"], "resultDescription": key, **reached})
    return described, results


def _extension(name: str) -> str:
    return "ext:Hours" if name.startswith("hours") else "ext:FieldVisits"


def _description(key: str, name: str, kind: str, **more: Any) -> Json:
    return {"id": key, "type": ["ResultDescription"], "name": name, "resultType": kind, **more}


def _level(address: str, level: int, name: str) -> Json:
    return {"id": f"{address}#level-{level}", "type": ["RubricCriterionLevel"], "name": name, "level": str(level)}


def _parts(record: Record) -> list[Json]:
    """Return the certificates that a programme certificate rests on."""
    ours = words(record.language)
    site = record.site.rstrip("/")
    return [
        {
            "id": f"{site}/verify/{part.code}",
            "type": ["Evidence"],
            "name": " · ".join(in_order(part.titles, record.language)),
            "description": ours["part"],
            "genre": part.course_key,
        }
        for part in record.parts
    ]


def _whole(record: Record) -> Json:
    ours = words(record.language)
    encoded = base64.b64encode(record.to_json()).decode("ascii")
    return {
        "id": _DATA + encoded,
        "type": ["Evidence"],
        "name": ours["record"],
        "description": ours["record.about"],
        "genre": "record",
    }


def _moment(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
