"""E-mail addresses and telephone numbers, in the one form in which they are kept and compared."""

from __future__ import annotations

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from lms_app.domain.errors import Invalid

DEFAULT_COUNTRY = "MA"
_LONGEST_EMAIL = 254
_LONGEST_PHONE = 40


def email_address(text: str, *, field: str = "email") -> str | None:
    """Return the address in its usual form, None for nothing; refuse what is no address. Nobody is asked whether it exists."""
    text = text.strip()
    if not text:
        return None
    if len(text) > _LONGEST_EMAIL:
        raise Invalid("bad_email", field=field)
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise Invalid("bad_email", field=field) from error


def phone_number(text: str, *, country: str = "", field: str = "phone") -> str | None:
    """Return the number as E.164 (`+212…`), None for nothing. Digits of any script; without a prefix it is the country's own."""
    text = text.strip()
    if not text:
        return None
    if len(text) > _LONGEST_PHONE:
        raise Invalid("bad_phone", field=field)
    try:
        number = phonenumbers.parse(text, country or DEFAULT_COUNTRY)
    except phonenumbers.NumberParseException as error:
        raise Invalid("bad_phone", field=field) from error
    if not phonenumbers.is_possible_number(number):
        raise Invalid("bad_phone", field=field)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
