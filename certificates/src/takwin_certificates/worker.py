"""The process that draws and signs certificates for a server: `python -m takwin_certificates.worker IDLE_SECONDS`.

It reads requests from standard input and writes answers to standard output, and ends by itself when its input closes
or nothing was asked for a while, which gives back all the memory that drawing takes. A key to sign with comes with the
request, and is kept only as long as this process draws for it.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import select
import sys
from functools import lru_cache
from typing import TYPE_CHECKING, Any, BinaryIO

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from takwin_certificates import frames
from takwin_certificates.composing import UnsafeAddress
from takwin_certificates.drawing.archival import moment_of
from takwin_certificates.keys.ring import DocumentSigner
from takwin_certificates.pdf import render_pdf
from takwin_certificates.record import InvalidRecord, Record
from takwin_certificates.typefaces import MissingGlyph

if TYPE_CHECKING:
    from takwin_certificates.fast.press import Press


def serve(requests: BinaryIO, answers: BinaryIO, *, idle_seconds: float) -> None:
    """Answer requests one after another until there are no more."""
    while select.select([requests], [], [], idle_seconds)[0]:
        head = _read(requests, frames.HEAD.size)
        if len(head) < frames.HEAD.size:
            return
        _, length = frames.HEAD.unpack(head)
        answers.write(_answer(_read(requests, length)))
        answers.flush()


def _answer(request: bytes) -> bytes:
    try:
        return frames.packed(frames.PDF, _drawn(json.loads(request)))
    except MissingGlyph as error:
        return _refusal(error, characters=list(error.characters))
    except InvalidRecord as error:
        return _refusal(error, problems=list(error.problems))
    except UnsafeAddress as error:
        return _refusal(error)
    except Exception as error:  # noqa: BLE001 -- whatever it is, the server must be told rather than left waiting
        return _refusal(error)


def _drawn(asked: Any) -> bytes:
    record = Record.from_json(asked["record"])
    about: dict[str, Any] = {
        "verify_url": asked["verify_url"],
        "attachment": frames.as_bytes(asked["attachment"]),
        "pictures": frames.pictures_as_bytes(asked["pictures"]),
    }
    if asked["signer"] is None:
        return render_pdf(record, qr_url=asked["qr_url"], **about)
    if _is_one_of_its_kind(record):
        from takwin_certificates.pades import sign_pdf  # noqa: PLC0415 -- slow import

        signer = _signer(asked["signer"])
        return sign_pdf(render_pdf(record, qr_url=asked["qr_url"], **about), signer, max(moment_of(record), signer.since))
    return _press(_as_key(asked["signer"])).press(record, qr_url=asked["qr_url"], **about).pdf


def _is_one_of_its_kind(record: Record) -> bool:
    """Tell whether a page is so much the holder's own that drawing it once is quicker than preparing to draw many."""
    return bool(record.parts or record.replaces or record.grade_percent is not None)


@lru_cache(maxsize=2)
def _press(signer: str) -> Press:
    """Return the press of a signer, with what it drew before: a cohort's certificates share one design."""
    from takwin_certificates.fast.designs import Designs  # noqa: PLC0415 -- slow import
    from takwin_certificates.fast.press import Press  # noqa: PLC0415 -- slow import

    return Press(Designs(), _signer(json.loads(signer)))


def _as_key(asked: Any) -> str:
    return json.dumps(asked, sort_keys=True)


def _signer(asked: Any) -> DocumentSigner:
    private = serialization.load_pem_private_key(asked["private"].encode(), password=None)
    assert isinstance(private, ec.EllipticCurvePrivateKey)  # noqa: S101 -- the server sends no other
    return DocumentSigner(
        key_id=asked["key_id"],
        private=private,
        certificate=frames.as_bytes(asked["certificate"]) or b"",
        chain=tuple(frames.as_bytes(each) or b"" for each in asked["chain"]),
        since=dt.datetime.fromisoformat(asked["since"]),
    )


def _refusal(error: Exception, **details: list[str]) -> bytes:
    told = {"kind": type(error).__name__, "message": str(error), **details}
    return frames.packed(frames.REFUSAL, json.dumps(told).encode())


def _read(requests: BinaryIO, length: int) -> bytes:
    content = bytearray()
    while len(content) < length and (part := requests.read(length - len(content))):
        content += part
    return bytes(content)


def main() -> None:
    """Serve on the standard streams."""
    with os.fdopen(os.dup(0), "rb", buffering=0) as requests, os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)  # a library that prints must not break an answer
        serve(requests, answers, idle_seconds=float(sys.argv[1]))


if __name__ == "__main__":
    main()
