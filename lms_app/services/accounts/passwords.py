"""Passwords: long rather than queer, none that everybody uses, kept as argon2id."""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from lms_app.domain.errors import Invalid

SHORTEST = 10
LONGEST = 200
USELESS = "!"
"""What stands in place of a hash when no password shall ever match."""
_FEWEST_DIFFERENT = 4
_TAILS = "0123456789٠١٢٣٤٥٦٧٨٩!?.,;:*#@$%&+-_ "
"""What people put before or behind a common word when asked for something longer."""
_RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "azertyuiopqsdfghjklmwxcvbn",
    "qwertyuiopasdfghjklzxcvbnm",
    "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "ضصثقفغعهخحجدشسيبلاتنمكط",
)

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""OWASP's least for argon2id, 19 MiB a try: the library's own 64 MiB would let thirty people who sign in at once fill a 1 GB machine."""


def new_hash(password: str) -> str:
    """Return what is kept of a password."""
    return _HASHER.hash(_composed(password))


def matches(password: str, kept: str) -> bool:
    """Tell whether this is the password. With '' or `USELESS` kept, it takes as long and says no: nobody learns which accounts exist."""
    known = kept not in {"", USELESS}
    try:
        _HASHER.verify(kept if known else _nobodys_hash(), _composed(password[: 8 * LONGEST]))
    except (VerificationError, InvalidHashError):
        return False
    return known


def is_dated(kept: str) -> bool:
    """Tell whether the hash was made with weaker settings than today's, and should be made again at the next sign-in."""
    return _HASHER.check_needs_rehash(kept)


def check_password(password: str, *, about: tuple[str, ...] = (), field: str = "password") -> None:
    """Refuse a password that is short, too long, one of the commonest, of hardly any characters, or the person's own name (`about`).

    No kinds of characters are demanded: they make passwords harder to remember and no harder to guess (NIST SP 800-63B, 3.1.1.2).
    """
    password = _composed(password)
    if len(password) < SHORTEST:
        raise Invalid("password_too_short", field=field, shortest=SHORTEST)
    if len(password) > LONGEST:
        raise Invalid("password_too_long", field=field, longest=LONGEST)
    plain = password.casefold()
    stem = plain.strip(_TAILS)
    worthless = _common() | {word.casefold() for word in about if word}
    if plain in worthless or stem in worthless or len(stem) == 0 or len(set(plain)) < _FEWEST_DIFFERENT or _is_a_run(plain):
        raise Invalid("password_common", field=field)


def random_password() -> str:
    """Return a password that can be read aloud: four groups of letters and digits that no one mistakes for each other."""
    return "-".join("".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(4)) for _ in range(4))


def _is_a_run(plain: str) -> bool:
    """Tell whether it is a stretch of the alphabet or of a keyboard, forwards or backwards, with or without figures around it."""
    letters = plain.strip(_TAILS)
    return any(letters in run + run or letters in (run + run)[::-1] for run in _RUNS)


def _composed(password: str) -> str:
    """Return the password as every keyboard would give it (RFC 8265): the same letters compare equal."""
    return unicodedata.normalize("NFC", password)


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash(secrets.token_urlsafe(24))


@cache
def _common() -> frozenset[str]:
    return frozenset(files(__package__).joinpath("common_passwords.txt").read_text(encoding="utf-8").split())
