"""A check as one question and one answer in plain JSON, for a process that is locked away from everything else.

A site never reads strangers' files in the process that holds its database and keys. It starts another one that can
reach nothing, puts this question to it, and reads the answer with care.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from takwin_certificates.trust import Purpose, Trust, TrustedKey
from takwin_certificates.verifying.files import check_file

_MOMENTS = ("since", "retired_at", "compromised_at")


def question(trust: Trust, *, now: dt.datetime) -> dict[str, Any]:
    """Return all that the other process has to know, beside the file itself."""
    return {
        "keys": [_plain_key(key) for _, key in sorted(trust.keys.items())],
        "roots": [base64.b64encode(root).decode("ascii") for root in trust.roots],
        "site": trust.site,
        "as_of": _text(trust.as_of),
        "statuses": {address: base64.b64encode(content).decode("ascii") for address, content in trust.statuses.items()},
        "now": now.isoformat(),
    }


def answer(asked: Mapping[str, Any], contents: Sequence[bytes]) -> dict[str, Any]:
    """Check the one file among `contents` as `question` asks, and return the finding as JSON."""
    trust = Trust(
        keys={each["key_id"]: _key(each) for each in asked["keys"]},
        roots=tuple(base64.b64decode(root) for root in asked["roots"]),
        site=asked["site"],
        as_of=_moment(asked["as_of"]),
        statuses={address: base64.b64decode(content) for address, content in asked["statuses"].items()},
    )
    from takwin_certificates.verifying.bounds import bound_pdf_reader  # noqa: PLC0415 -- slow import, and only here

    bound_pdf_reader()
    (data,) = contents
    return check_file(data, trust, now=dt.datetime.fromisoformat(asked["now"])).to_json()


def _plain_key(key: TrustedKey) -> dict[str, Any]:
    life = {name: _text(getattr(key, name)) for name in _MOMENTS}
    return {"key_id": key.key_id, "issuer": key.issuer, "purpose": str(key.purpose), **life}


def _key(plain: Mapping[str, Any]) -> TrustedKey:
    life = {name: _moment(plain[name]) for name in _MOMENTS}
    return TrustedKey(plain["key_id"], plain["issuer"], Purpose(plain["purpose"]), **life)


def _text(moment: dt.datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(text: str | None) -> dt.datetime | None:
    return None if text is None else dt.datetime.fromisoformat(text)
