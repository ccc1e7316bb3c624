"""Opens a kind of page as whoever it is for, and fills in its form where it has one to send."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page, Response

from tests.journeys.pages import Kind
from tests.journeys.town import Town


def open_as(context: BrowserContext, kind: Kind, town: Town, language: str, *, bare: str) -> tuple[Page, int]:
    """Open a page as whoever it is for, in a language; return it with its status, when it has come to rest."""
    site = bare if kind.host == "bare" else town.site
    context.clear_cookies()
    cookies = [{"name": "takwin_language", "value": language, "url": site}]
    if kind.who != "nobody":
        cookies.append({"name": "takwin", "value": town.cookies[kind.who, language], "url": site, "httpOnly": True})
    context.add_cookies(cookies)
    page = context.pages[0] if context.pages else context.new_page()
    address = address_of(kind, town, language)
    if kind.host in {"frame", "draft"}:
        where = f"courses/{town.facts['states']}" if kind.host == "frame" else f"studio/{town.facts['draft']}"
        page.goto(f"{site}/{where}/unit/vertical/framed")
        address = page.get_attribute("iframe.tk-frame", "src") or ""
    response = page.goto(address if "://" in address else f"{site}{address}")
    if kind.send is not None:
        response = _send(page, kind, town, language)
    assert response
    page.wait_for_load_state("load")
    return page, response.status


def address_of(kind: Kind, town: Town, language: str) -> str:
    """Return where a page is."""
    own = {name.removesuffix(f"_{language}"): value for name, value in town.facts.items() if name.endswith(f"_{language}")}
    return "" if kind.host in {"frame", "draft"} else kind.address.format(**town.facts, **own)


def _send(page: Page, kind: Kind, town: Town, language: str) -> Response | None:
    for name, value in (kind.send or {}).items():
        value = value.format(**town.facts)  # noqa: PLW2901 -- a name in braces stands for the fact
        control = page.locator(f"main [name='{name}']").first
        kind_of = control.get_attribute("type")
        if kind_of == "file":
            control.set_input_files(value)
        elif kind_of == "checkbox":
            control.check()
        else:
            control.evaluate("(one, value) => { one.value = value; }", value)
    page.locator(kind.button).first.evaluate("(button) => { button.form.noValidate = true; }")
    with page.expect_navigation() as gone:
        page.locator(kind.button).first.click()
    return gone.value
