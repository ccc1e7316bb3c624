"""One issuer that the reader trusts, another that is trusted too, and strangers: what certificates are made with in tests."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import json
import tempfile
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from takwin_certificates import keys, status, token
from takwin_certificates.badge.achievement import credential_of, to_bytes
from takwin_certificates.badge.jose import to_jwt
from takwin_certificates.badge.proof import add_proof
from takwin_certificates.fast import Press
from takwin_certificates.fast.designs import Designs
from takwin_certificates.keys.ring import KeyRing
from takwin_certificates.pades import sign_pdf
from takwin_certificates.pdf import render_pdf
from takwin_certificates.record import Record, StatusPlace
from takwin_certificates.signing import seal, sign
from takwin_certificates.trust import Trust, TrustedKey

SITE: Final = "https://learn.example.org"
DID: Final = "did:web:learn.example.org"
OTHER: Final = "did:web:badges.example.net"
NOW: Final = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
ISSUED: Final = dt.datetime(2026, 8, 1, 9, 30, tzinfo=dt.UTC)
CODE: Final = "7K3M-9QXD-4TZ2-WHB8-RNVG"
ANOTHER_CODE: Final = "HX2P-5N7K-Q3WD-8VRT-4GMN"
PLACE: Final = StatusPlace(list=1, index=70_411)
FACTS: Final[Mapping[str, Any]] = {
    "code": CODE,
    "titles": {"fr": "Gouvernance des coopératives", "ar": "حكامة التعاونيات"},
    "course_key": "course-v1:Takwin+GOV+2026",
    "issued_on": ISSUED.date(),
    "issued_at": ISSUED,
    "issuer": "Fondation Takwin",
    "language": "fr",
    "site": SITE,
    "name_latin": "Amina Alaoui",
    "award": "course-v1:Takwin+GOV+2026#completion",
    "subject": "urn:uuid:6f0d1c1e-5b0f-4a55-9a3e-1f2f6f1f2a3b",
    "status": PLACE,
    "template": "zellige-1",
}
OTHERS_CREDENTIAL: Final[Mapping[str, Any]] = {
    "@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
    "id": "https://badges.example.net/credentials/3732",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {"id": OTHER, "type": ["Profile"], "name": "Institut voisin"},
    "validFrom": "2026-03-01T00:00:00Z",
    "credentialSubject": {
        "id": "did:example:ebfeb1f712ebc6f1c276e12ec21",
        "type": ["AchievementSubject"],
        "identifier": [{"type": "IdentityObject", "hashed": False, "identityHash": "Youssef Naciri", "identityType": "name"}],
        "achievement": {
            "id": "https://badges.example.net/achievements/21st-century-skills/teamwork",
            "type": ["Achievement"],
            "name": "Teamwork",
            "description": "Works with others towards a common end.",
            "criteria": {"narrative": "Team members are nominated by their peers."},
            "image": {"id": "https://badges.example.net/teamwork.png", "type": "Image"},
        },
        "result": [{"type": ["Result"], "value": "C1"}],
    },
}
SVG: Final = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><title>Badge</title><path d="M0 0h9v9z"/></svg>'
PNG: Final = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==")
"""One pixel."""
Json = dict[str, Any]


class World:
    """Who issues and who checks: one folder of keys, one reader with a trust list and fresh status lists."""

    def __init__(self, folder: Path) -> None:
        clock = lambda: dt.datetime(2026, 7, 1, tzinfo=dt.UTC)  # noqa: E731
        self.ring = KeyRing(folder, issuer="Fondation Takwin", clock=clock)
        self.key = self.ring.record()
        self.jwt_key = self.ring.jwt()
        self.signer = self.ring.document()
        self.other_key = keys.generate()
        self.stranger = keys.generate()

    def keys(self, **life: Any) -> dict[str, TrustedKey]:
        """Return the reader's trust list; `life` changes the key that signs records."""
        ours = dict(self.ring.trust(site=SITE, now=NOW).keys)
        ours[self.key.key_id] = dataclasses.replace(ours[self.key.key_id], **life)
        return {**ours, self.other_key.key_id: TrustedKey(self.other_key.key_id, "Institut voisin")}

    def trust(self, *, lists: Mapping[str, bytes] | None = None, **life: Any) -> Trust:
        known = self.lists() if lists is None else lists
        return Trust(keys=self.keys(**life), roots=self.ring.roots(), site=SITE, as_of=NOW, statuses=known)

    def lists(self, *, revoked: Iterable[int] = (), suspended: Iterable[int] = (), **changes: Any) -> dict[str, bytes]:
        places = {"revocation": revoked, "suspension": suspended}
        return {address(each): self.list(each, places[each], **changes) for each in status.PURPOSES}

    def list(
        self,
        purpose: str,
        indexes: Iterable[int] = (),
        *,
        at: dt.datetime = NOW,
        days: int = 7,
        key: keys.IssuerKey | None = None,
        issuer: str = DID,
        change: Callable[[Json], object] = lambda _: None,
        url: str = "",
    ) -> bytes:
        listed = status.list_credential(
            url or address(purpose),
            issuer=issuer,
            purpose=purpose,
            indexes=indexes,
            valid_from=at,
            valid_until=at + dt.timedelta(days),
        )
        change(listed)
        return to_bytes(add_proof(listed, key or self.key, created=at))

    def record(self, **changes: Any) -> Record:
        return Record(**{**FACTS, **changes})

    def sealed(self, **changes: Any) -> bytes:
        record = self.record(**changes).to_json()
        return seal(record, sign(record, self.key))

    def linked(self, record: Record | None = None, **options: Any) -> Json:
        made = record or self.record()
        return add_proof(credential_of(made), self.key, created=made.issued_at or ISSUED, **options)

    def jwt(self, **changes: Any) -> str:
        return to_jwt(credential_of(self.record(**changes)), self.jwt_key)

    def token(self, **changes: Any) -> bytes:
        return token.make(self.record(**changes), self.key)

    def others(
        self,
        change: Callable[[Json], object] = lambda _: None,
        *,
        key: keys.IssuerKey | None = None,
        issuer: str = OTHER,
        **options: Any,
    ) -> Json:
        """Make a credential of the other issuer, changed before it is signed."""
        made: Json = json.loads(json.dumps(OTHERS_CREDENTIAL))
        made["issuer"]["id"] = issuer
        change(made)
        return add_proof(made, key or self.other_key, created=ISSUED, **options)

    def unsigned_pdf(self, attachment: bytes | None, **changes: Any) -> bytes:
        record = self.record(**changes)
        return render_pdf(record, verify_url=f"{SITE}/verify/{record.code}", attachment=attachment)

    @cached_property
    def pdf(self) -> bytes:
        return self.signed_pdf(self.drawn)

    @cached_property
    def pressed_pdf(self) -> bytes:
        record = self.record(template="modern-1")
        address = token.url(SITE, token.make(record, self.key))
        pressed = Press(Designs(), self.signer).press(record, qr_url=address, attachment=to_bytes(self.linked(record)))
        assert pressed.path == "fast"
        return pressed.pdf

    @cached_property
    def drawn(self) -> bytes:
        return self.unsigned_pdf(to_bytes(self.linked()))

    @cached_property
    def another_pdf(self) -> bytes:
        record = self.record(code=ANOTHER_CODE, name_latin="Youssef Naciri")
        return self.signed_pdf(self.unsigned_pdf(to_bytes(self.linked(record)), code=ANOTHER_CODE, name_latin="Youssef Naciri"))

    def signed_pdf(self, drawn: bytes) -> bytes:
        return sign_pdf(drawn, self.signer, ISSUED)


def make_world() -> World:
    """Make the world once for all tests: drawing and keys take a second."""
    return World(Path(tempfile.mkdtemp(prefix="keys-")))


def address(purpose: str) -> str:
    return status.address_of(SITE, PLACE.list, purpose)


def stranger_ring() -> KeyRing:
    folder = Path(tempfile.mkdtemp(prefix="stranger-"))
    return KeyRing(folder, issuer="Fondation Takwin", clock=lambda: dt.datetime(2026, 7, 1, tzinfo=dt.UTC))
