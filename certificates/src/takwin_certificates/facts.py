"""The smaller facts of a certificate: what was learnt, who signs, who stands behind it, where its status is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class Competence:
    """One thing that the holder can do, in every language it is told in, at the level that was seen."""

    texts: Mapping[str, str] = field(hash=False)
    level: int | None = None
    """1 to 4, as in the rubrics; None where no level was judged."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Signatory:
    """Somebody who signs the paper: the office, the person if named, and the scanned signature if there is one."""

    title: str
    name: str = ""
    picture: str = ""
    """SHA-256 of a PNG, kept by the issuer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Partner:
    """An institution that agreed in writing to be named."""

    name: str
    logo: str = ""
    """SHA-256 of a PNG, kept by the issuer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One course of a programme certificate, and the certificate that was earned in it."""

    titles: Mapping[str, str] = field(hash=False)
    course_key: str
    code: str
    hours: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusPlace:
    """Where the status of this certificate is published: which list, and which of its bits."""

    list: int
    index: int
