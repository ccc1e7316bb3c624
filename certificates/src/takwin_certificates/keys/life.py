"""The life of a key: since when it signs, when it was retired, and from when on somebody else may have had it.

Kept as `<id>.json` beside the public half. Keys from before this file was kept have none, and all of it is unknown.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import rfc8785

from takwin_certificates.keys import files
from takwin_certificates.keys.multikey import KeyProblem
from takwin_certificates.strict_json import parse_strictly
from takwin_certificates.trust import Purpose, TrustedKey

_MOMENT: Final = "%Y-%m-%dT%H:%M:%SZ"
_MOMENTS: Final = ("since", "retired_at", "compromised_at")


@dataclass(frozen=True, kw_only=True, slots=True)
class Life:
    """What happened to a key, and who vouched for it when it was new."""

    since: dt.datetime | None = None
    retired_at: dt.datetime | None = None
    compromised_at: dt.datetime | None = None
    reason: str = ""
    """Why it is not to be relied on, in the operator's words."""
    vouched_by: str = ""
    """Id of the key that was active before; empty for the first key, and after a compromise."""
    voucher: str = ""
    """That key's signature over the ids of both, base64url."""

    def of_key(self, key_id: str, *, issuer: str, purpose: Purpose = Purpose.RECORD) -> TrustedKey:
        """Return the key as others trust it."""
        return TrustedKey(key_id, issuer, purpose, self.since, self.retired_at, self.compromised_at)


def to_moment(text: object) -> dt.datetime:
    """Read a moment as it is written here, UTC in whole seconds; raises `ValueError` for any other spelling."""
    moment = dt.datetime.strptime(str(text), _MOMENT).replace(tzinfo=dt.UTC)
    if from_moment(moment) != text:
        message = f"{text!r} is no moment"
        raise ValueError(message)
    return moment


def from_moment(moment: dt.datetime) -> str:
    """Write a moment: UTC in whole seconds."""
    return moment.astimezone(dt.UTC).strftime(_MOMENT)


def life_of(folder: Path, key_id: str) -> Life:
    """Read what is known of a key. Raises `KeyProblem` if the file is damaged: a stolen key must not pass for a good one."""
    path = folder / f"{key_id}.json"
    try:
        return _read(path.read_bytes())
    except FileNotFoundError:
        return Life()
    except (OSError, ValueError, TypeError) as error:
        message = f"the file {path.name} of a key is damaged: {error}"
        raise KeyProblem(message) from error


def keep(life: Life, folder: Path, key_id: str) -> None:
    """Write what is known of a key, in one step."""
    moments = {name: getattr(life, name) for name in _MOMENTS}
    facts = {name: from_moment(moment) for name, moment in moments.items() if moment}
    texts = {"reason": life.reason, "vouched_by": life.vouched_by, "voucher": life.voucher}
    files.replace(folder / f"{key_id}.json", rfc8785.dumps({**facts, **{name: text for name, text in texts.items() if text}}))


def _read(text: bytes) -> Life:
    facts = parse_strictly(text)
    if not isinstance(facts, dict) or not all(isinstance(value, str) for value in facts.values()):
        message = "not an object of texts"
        raise TypeError(message)
    known: dict[str, Any] = {name: to_moment(value) if name in _MOMENTS else value for name, value in facts.items()}
    return Life(**known)
