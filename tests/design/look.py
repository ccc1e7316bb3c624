"""Takes pictures of the style guide and the mock-ups: `python -m tests.design.look FOLDER [page …]`."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import BrowserContext, Route, sync_playwright

from tests.design.rendering import SOURCES, WEB, Visitor, render, stylesheet

PAGES = ("styleguide", "catalogue", "course", "unit", "progress", "verify", "error")
WIDTHS = (320, 360, 1280)
SITE = "http://takwin.test"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAV = {
    "ar": [("الدورات", True), ("تقدمي", False), ("الفوج", False)],
    "fr": [("Cours", True), ("Ma progression", False), ("Ma cohorte", False)],
}


def page_html(page: str, language: str) -> str:
    """Give one page as someone signed in sees it, or not signed in where that is the rule."""
    person = None if page in ("verify", "error") else Visitor("عائشة أولحاج" if language == "ar" else "Aïcha Oulhaj")
    nav = [{"text": text, "href": "#", "current": current} for text, current in NAV[language]] if person else []
    return render(f"{page}.html", language, current_person=person, nav=nav)


def answer(route: Route) -> None:
    """Serve the pages and their files from memory; nothing goes to a network."""
    path = route.request.url.removeprefix(SITE)
    if path == "/static/app.css":
        route.fulfill(body=stylesheet(), content_type="text/css")
    elif path.startswith("/static/") and path.endswith(".js"):
        route.fulfill(body=(SOURCES / path.removeprefix("/static/")).read_text("utf-8"), content_type="text/javascript")
    elif path.startswith("/static/"):
        route.fulfill(path=WEB / path.removeprefix("/"), content_type="image/svg+xml")
    else:
        language, _, page = path.removeprefix("/").partition("/")
        route.fulfill(body=page_html(page, language), content_type="text/html; charset=utf-8")


def browser_context(playwright: object, profile: str, width: int) -> BrowserContext:
    """Open Debian's Chromium with a fresh profile."""
    return playwright.chromium.launch_persistent_context(  # type: ignore[attr-defined,no-any-return]
        profile,
        executable_path="/usr/bin/chromium",
        args=list(FLAGS),
        viewport={"width": width, "height": 740},
    )


def main(folder: str, *wanted: str) -> None:
    """Write one PNG for each page, language and width."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    for width in WIDTHS:
        with sync_playwright() as playwright, tempfile.TemporaryDirectory() as profile:
            context = browser_context(playwright, profile, width)
            context.route("**/*", answer)
            tab = context.pages[0]
            for page in wanted or PAGES:
                for language in ("ar", "fr"):
                    tab.goto(f"{SITE}/{language}/{page}")
                    tab.screenshot(path=f"{folder}/{page}-{language}-{width}.png", full_page=True)
            context.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
