"""The command `python -m takwin_certificates verify FILE`: checks a certificate on a machine without a network."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Final

from takwin_certificates.keys import KeyProblem, TrustedKey, read_published
from takwin_certificates.record import LANGUAGES
from takwin_certificates.verify import Genuine, check, describe

EXIT: Final = {Genuine.YES: 0, Genuine.NO: 1, Genuine.CANNOT_TELL: 3}
EXIT_USAGE: Final = 2


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit status: 0 genuine, 1 not genuine, 2 wrong use, 3 cannot tell."""
    parsed = _parser().parse_args(arguments)
    try:
        sealed = parsed.file.read_bytes()
        trusted = _trusted(parsed.keys)
    except (OSError, KeyProblem) as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_USAGE
    verdict = check(sealed, trusted=trusted)
    sys.stdout.write("\n".join(describe(verdict, language=parsed.language)) + "\n")
    return EXIT[verdict.genuine]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m takwin_certificates", description="Check certificates offline.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    verify = commands.add_parser("verify", help="say whether a sealed record (JSON) is genuine, and who issued it")
    verify.add_argument("file", type=Path, metavar="FILE", help="the sealed record, as downloaded with the certificate")
    verify.add_argument("--keys", type=Path, metavar="FILE", help="key list of the issuers you trust (JSON)")
    verify.add_argument("--language", choices=LANGUAGES, default=_language(), help="language of the answer")
    return parser


def _language() -> str:
    wanted = os.environ.get("LANG", "")[:2]
    return wanted if wanted in LANGUAGES else "en"


def _trusted(keys: Path | None) -> dict[str, TrustedKey]:
    return read_published(keys.read_bytes()) if keys else {}


if __name__ == "__main__":
    sys.exit(main())
