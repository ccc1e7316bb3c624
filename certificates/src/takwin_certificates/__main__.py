"""The command `python -m takwin_certificates verify FILE`: checks a certificate on a machine without a network."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

from takwin_certificates.keys import KeyProblem, read_published
from takwin_certificates.record import LANGUAGES, InvalidRecord
from takwin_certificates.trust import Trust
from takwin_certificates.trust_file import TrustProblem, open_file
from takwin_certificates.verify import Finding, Genuine, Valid, check_file, describe, words_in
from takwin_certificates.verifying.bounds import bound_pdf_reader, bound_process
from takwin_certificates.verifying.statuses import newest

_UNTIL_ITS_END: Final = dt.timedelta(hours=23, minutes=59, seconds=59)
EXIT_GENUINE_AND_VALID: Final = 0
EXIT_NOT_GENUINE: Final = 1
EXIT_USAGE: Final = 2
EXIT_CANNOT_TELL: Final = 3
EXIT_NOT_VALID: Final = 4


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit status.

    0 genuine and valid, 1 not genuine, 2 wrong use, 3 cannot tell (whether genuine, or whether still valid),
    4 genuine but not valid now. With `--keys`, which knows of no status, 0 means genuine and not known to be invalid.
    """
    parsed = _parser().parse_args(arguments)
    try:
        data = parsed.file.read_bytes()
        trust = _trust(parsed)
    except (OSError, KeyProblem, InvalidRecord, TrustProblem) as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_USAGE
    finding = check_file(data, trust, now=parsed.now, person=parsed.person)
    said = (
        [json.dumps(replace(finding, credential="").to_json(), ensure_ascii=False)]
        if parsed.json
        else describe(finding, language=parsed.language)
    )
    sys.stdout.write("\n".join(said) + "\n")
    return exit_status(finding, status_matters=parsed.keys is None)


def exit_status(finding: Finding, *, status_matters: bool = True) -> int:
    """Return the exit status that tells this finding to a program."""
    if finding.genuine is Genuine.NO:
        return EXIT_NOT_GENUINE
    if finding.genuine is Genuine.CANNOT_TELL:
        return EXIT_CANNOT_TELL
    if finding.valid is Valid.NO:
        return EXIT_NOT_VALID
    return EXIT_CANNOT_TELL if finding.valid is Valid.UNKNOWN and status_matters else EXIT_GENUINE_AND_VALID


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m takwin_certificates", description="Check certificates offline.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    verify = commands.add_parser("verify", help="say whether a certificate is genuine, whether it counts today, and who issued it")
    verify.add_argument(
        "file", type=Path, metavar="FILE", help="PDF, JSON, JWT, badge (PNG, SVG), or a text file with what the QR code says"
    )
    known = verify.add_mutually_exclusive_group()
    known.add_argument("--trust", type=Path, metavar="FILE", help="signed trust file of the issuer: keys, and what was withdrawn")
    known.add_argument(
        "--keys", type=Path, metavar="FILE", help="plain list of the keys you trust; tells nothing of what was withdrawn"
    )
    verify.add_argument("--before", type=Path, metavar="FILE", help="trust file you had before: an older or foreign one is refused")
    verify.add_argument(
        "--person", default="", metavar="NAME", help="tell whether it was issued to this person (name, address, or identifier)"
    )
    verify.add_argument("--language", choices=LANGUAGES, default=_language(), help="language of the answer")
    verify.add_argument("--json", action="store_true", help="answer as JSON, for a program")
    verify.add_argument(
        "--now",
        type=_moment,
        default=dt.datetime.now(dt.UTC),
        metavar="DATE",
        help="check as at the end of this day (2026-03-31), or at a moment (2026-03-31T12:00)",
    )
    return parser


def _language() -> str:
    wanted = os.environ.get("LANG", "")[:2]
    return wanted if wanted in LANGUAGES else "en"


def _moment(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    if len(text) == len("2026-03-31"):
        moment += _UNTIL_ITS_END
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=dt.UTC)


def _trust(parsed: argparse.Namespace) -> Trust:
    """Read whom to trust: a trust file, compared with the one had before if that is named; or a plain list of keys."""
    if parsed.trust is None:
        return Trust(keys=read_published(parsed.keys.read_bytes())) if parsed.keys else Trust()
    before = open_file(parsed.before.read_bytes()).trust if parsed.before else None
    opened = open_file(parsed.trust.read_bytes(), before)
    if opened.is_first:
        sys.stderr.write(f"{words_in(parsed.language)['trust_fingerprint']} {opened.fingerprint}\n")
    return replace(opened.trust, statuses=newest(before.statuses if before else {}, opened.trust.statuses, opened.trust))


if __name__ == "__main__":
    bound_process()
    bound_pdf_reader()
    sys.exit(main())
