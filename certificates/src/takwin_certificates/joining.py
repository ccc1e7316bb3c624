"""Many certificates as one file for the printer: `python -m takwin_certificates.joining FOLDER OUT`.

What comes out is for paper alone: signatures and attachments of the single files do not survive, and are left out.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

_SECONDS: Final = 600


class JoiningFailed(Exception):
    """The files could not be put together; the files themselves are not concerned."""


def join_in_another_process(folder: Path, out: Path) -> None:
    """Put the PDFs of a folder, by name, into one; another process does it, and gives its memory back when it ends."""
    command = [sys.executable, "-P", "-m", "takwin_certificates.joining", str(folder), str(out)]
    done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603 -- our own module, no shell
    if done.returncode:
        raise JoiningFailed(done.stderr.decode(errors="replace")[-500:])


def join(folder: Path, out: Path) -> int:
    """Put the PDFs of a folder into one, in the order of their names; return how many pages it has."""
    import pikepdf  # noqa: PLC0415 -- slow import

    with pikepdf.new() as joined:
        for path in sorted(folder.glob("*.pdf")):
            with pikepdf.open(path) as each:
                joined.pages.extend(each.pages)
        for page in joined.pages:
            for name in ("/Annots", "/AF", "/StructParents"):  # of the signature, the attachment and the tags, which stay behind
                if name in page:
                    del page[name]
        joined.save(out, deterministic_id=True)
        return len(joined.pages)


if __name__ == "__main__":
    join(Path(sys.argv[1]), Path(sys.argv[2]))
