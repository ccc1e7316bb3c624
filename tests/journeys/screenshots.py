"""Takes a picture of every kind of page: `python -m tests.journeys.screenshots [FOLDER]`.

Arabic on a phone and French on a wide screen go to FOLDER; without it, only the pictures of the README and of docs are written.
"""

from __future__ import annotations

import io
import logging
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import update

from lms_app.model import Course
from lms_app.storage.transaction import transaction
from tests.journeys import block_pictures, people_pictures, town as towns
from tests.journeys.block_pictures import keep
from tests.journeys.caller import Caller
from tests.journeys.opening_pages import open_as
from tests.journeys.pages import PAGES, Kind
from tests.journeys.town import Town
from tests.live import CHROMIUM, FLAGS, serving

SCREENS = {"ar": {"width": 360, "height": 740}, "fr": {"width": 1280, "height": 800}}
IMAGES = Path(__file__).parents[2] / "docs" / "images"
LARGEST = 150 * 1024
SHIPPED = tuple(f"course-v1:Takwin+{code}+2026" for code in ("COOP101", "GOV", "MKT", "TOT", "TOUR"))
"""What a new Takwin has."""


def main(folder: str = "") -> None:
    """Serve a town, and take the pictures."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with _opened() as (town, bare, chromium):
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            for language, screen in SCREENS.items():
                context = chromium.new_context(viewport=screen, reduced_motion="reduce")
                for kind in PAGES:
                    _take(context, kind, town, language, bare=bare, path=Path(folder) / f"{kind.name}-{language}.png")
                context.close()
        _leave_only_shipped(town)
        _for_readme(chromium, town)
        block_pictures.take(chromium, town.live, IMAGES)
        people_pictures.take(chromium, town.live, IMAGES)


@contextmanager
def _opened() -> Iterator[tuple[Town, str, Browser]]:
    with ExitStack() as stack:
        folders = [Path(stack.enter_context(tempfile.TemporaryDirectory())) for _ in range(3)]
        live = stack.enter_context(serving(folders[0]))
        bare = stack.enter_context(serving(folders[1]))
        playwright = stack.enter_context(sync_playwright())
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield towns.build(live, folders[2]), bare.site, chromium
        chromium.close()


def _take(context: BrowserContext, kind: Kind, town: Town, language: str, *, bare: str, path: Path) -> None:
    page, status = open_as(context, kind, town, language, bare=bare)
    page.wait_for_timeout(300 if "frame" in kind.name else 50)
    page.screenshot(path=path, full_page=True)
    if status != kind.status:
        sys.stderr.write(f"{kind.name} in {language}: status {status}\n")


def _leave_only_shipped(town: Town) -> None:
    """Put away the courses that exist for the sake of their states."""
    with transaction(town.live.parts.sessions) as session:
        others = Course.key.not_in(SHIPPED)
        session.execute(update(Course).where(others).values(archived_at=town.live.parts.clock()))


def _for_readme(chromium: Browser, town: Town) -> None:
    """Write the catalogue, a unit in Arabic on a phone, and a certificate."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    kinds = {kind.name: kind for kind in PAGES}
    wide = chromium.new_context(viewport={"width": 1280, "height": 1120}, reduced_motion="reduce")
    page, _ = open_as(wide, replace(kinds["catalogue-mine"], who="graduate"), town, "fr", bare="")
    keep(_picture(page).resize((960, 840)), IMAGES / "catalogue.png", largest=LARGEST)
    wide.close()
    phone = chromium.new_context(viewport={"width": 360, "height": 740}, device_scale_factor=1.5, reduced_motion="reduce")
    page, _ = open_as(phone, kinds["unit-text"], town, "ar", bare="")
    keep(_picture(page), IMAGES / "unit-ar.png", largest=LARGEST)
    page, _ = open_as(phone, kinds["verify-full"], town, "ar", bare="")
    keep(_picture(page), IMAGES / "check-ar.png", largest=LARGEST)
    phone.close()
    wide = chromium.new_context(viewport={"width": 900, "height": 700}, reduced_motion="reduce")
    page, _ = open_as(wide, kinds["verify-full"], town, "fr", bare="")
    keep(_picture(page), IMAGES / "check-fr.png", largest=LARGEST)
    wide.close()
    pdf = Caller(town.site, town.cookies["graduate", "ar"]).file(f"/v/{town.facts['genuine']}/certificate.pdf")
    drawn = pypdfium2.PdfDocument(pdf)
    keep(drawn[0].render(scale=1.1).to_pil(), IMAGES / "certificate.png", largest=LARGEST)
    drawn.close()


def _picture(page: Page) -> Image.Image:
    return Image.open(io.BytesIO(page.screenshot()))


if __name__ == "__main__":
    main(*sys.argv[1:])
