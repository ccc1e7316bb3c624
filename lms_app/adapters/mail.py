"""Letters: handed to a mail server, or kept as files in the home folder where there is none."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from lms_app.config import Settings
from lms_app.domain.clock import utc_now
from lms_app.domain.errors import BadSetting, Unavailable

_TIMEOUT = 20.0
_SMTPS_PORT, _SUBMISSION_PORT = 465, 587


@dataclass(frozen=True)
class Letter:
    """One letter, in words already: what an outbox row of kind `mail` holds."""

    to: str
    """Empty for a letter to nobody, which is written all the same so that a page takes as long either way."""
    subject: str
    text: str
    language: str
    person: int = 0
    """Whose letter it is: it goes with their account."""

    def as_payload(self) -> dict[str, Any]:
        """Return the letter for the outbox."""
        return asdict(self)


def deliver(payload: Mapping[str, Any], *, settings: Settings) -> None:
    """Send a letter, or write it to `home/mail`. Raise `Unavailable` when the server does not take it: the outbox tries again."""
    letter = Letter(**payload)
    if not letter.to:
        return
    message = _message(letter, settings)
    if settings.mail_url is None:
        _keep(message, settings.home / "mail")
        return
    try:
        _send(message, settings.mail_url)
    except (OSError, smtplib.SMTPException) as error:
        raise Unavailable("mail_not_sent", reason=type(error).__name__) from error


def _message(letter: Letter, settings: Settings) -> EmailMessage:
    host = urlsplit(settings.site_url).hostname or "localhost"
    message = EmailMessage()
    message["Subject"] = " ".join(letter.subject.split())
    message["From"] = f"Takwin <{_sender(settings.mail_url, host)}>"
    message["To"] = letter.to
    message["Date"] = format_datetime(utc_now())
    message["Message-ID"] = make_msgid(domain=host)
    message["Content-Language"] = letter.language
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message


def _sender(mail_url: str | None, host: str) -> str:
    user = unquote(urlsplit(mail_url or "").username or "")
    return user if "@" in user else f"takwin@{host}"


def _keep(message: EmailMessage, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"{utc_now():%Y%m%dT%H%M%S}-{uuid4().hex[:8]}.eml"
    (folder / name).write_bytes(message.as_bytes())


def _send(message: EmailMessage, mail_url: str) -> None:
    """Send by `smtp://` (encrypted as soon as the server can, always when there is a password) or `smtps://`."""
    parts = urlsplit(mail_url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise BadSetting(name="TAKWIN_MAIL_URL", value=parts.scheme, remedy="give smtp://user:password@host:port")
    context = ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(parts.hostname, parts.port or _SMTPS_PORT, timeout=_TIMEOUT, context=context)
    else:
        server = smtplib.SMTP(parts.hostname, parts.port or _SUBMISSION_PORT, timeout=_TIMEOUT)
    with server:
        server.ehlo()
        if parts.scheme == "smtp" and (server.has_extn("starttls") or parts.password):
            server.starttls(context=context)
        if parts.username and parts.password:
            server.login(unquote(parts.username), unquote(parts.password))
        server.send_message(message)
