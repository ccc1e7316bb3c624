"""Somebody with a paper in their hand: they type the code, scan it, drop the file, or find the check in another site's page."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from tests.certified import Issued, issue
from tests.live import PATIENCE, Live, serving

DROP = """async ({ address, name }) => {
  const blob = await (await fetch(address)).blob();
  const data = new DataTransfer();
  data.items.add(new File([blob], name));
  const place = document.querySelector("[data-drop]");
  place.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with serving(tmp_path_factory.mktemp("checked")) as live:
        yield live


@pytest.fixture(scope="module")
def issued(site: Live) -> Issued:
    return issue(site.parts, site.people.person(), number="MA-GOV-2026-000123-7")


@pytest.fixture
def visitor(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    contexts: list[BrowserContext] = []

    def open_browser(**options: object) -> BrowserContext:
        contexts.append(chromium.new_context(viewport={"width": 360, "height": 740}, locale="fr-FR", **options))
        contexts[-1].set_default_timeout(PATIENCE)
        return contexts[-1]

    yield open_browser
    for context in contexts:
        context.close()


def tone(page: Page) -> str:
    return page.locator(".vf-answer").get_attribute("data-tone") or ""


def test_a_code_is_typed_without_script_and_answered_on_the_first_screen(
    site: Live, issued: Issued, visitor: Callable[..., BrowserContext]
) -> None:
    page = visitor(java_script_enabled=False).new_page()
    page.goto(f"{site.site}/verify")
    page.fill("#code", issued.code.lower().replace("-", " "))
    with page.expect_navigation():
        page.locator("form[method=get] button").first.click()
    assert tone(page) == "ok"
    expect(page.locator(".vf-head h1")).to_be_in_viewport(ratio=1)
    expect(page.locator(".vf-three")).to_be_in_viewport(ratio=1)
    expect(page.locator(".vf-names bdi").first).to_be_in_viewport(ratio=1)

    with page.expect_navigation():  # the language of an answer can be changed, though its address is kept quiet
        page.locator("footer button[value=ar]").click()
    assert (page.get_attribute("html", "lang"), tone(page)) == ("ar", "ok")


def test_a_dropped_certificate_is_checked_and_a_changed_one_is_found_out(
    site: Live, issued: Issued, visitor: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    page = visitor().new_page()
    page.goto(f"{site.site}/verify")
    with page.expect_navigation():
        page.evaluate(DROP, {"address": f"/v/{issued.code}/certificate.pdf", "name": "certificate.pdf"})
    assert tone(page) == "ok"
    assert issued.record.name_latin in page.locator(".vf-names").inner_text()

    pdf = bytearray(page.context.request.get(f"{site.site}/v/{issued.code}/certificate.pdf").body())
    pdf[len(pdf) // 3] ^= 1
    (tmp_path / "changed.pdf").write_bytes(pdf)
    page.goto(f"{site.site}/verify")
    page.set_input_files("#file", tmp_path / "changed.pdf")
    with page.expect_navigation():
        page.locator("form[enctype] button").click()
    assert tone(page) in {"bad", "ask"}
    assert issued.record.name_latin not in page.content()


@pytest.fixture
def partners_page(site: Live) -> Iterator[str]:
    """The page of another site, with the check in a frame."""
    text = f'<!doctype html><title>Partner</title><iframe src="{site.site}/embed/check?lang=fr" width="340" height="700"></iframe>'
    server = make_server("127.0.0.1", 0, Request.application(lambda _: Response(text, mimetype="text/html")))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}/"
    server.shutdown()
    thread.join()


def test_the_check_works_inside_another_sites_page_and_leaves_no_cookie(
    issued: Issued, visitor: Callable[..., BrowserContext], partners_page: str
) -> None:
    context = visitor()
    page = context.new_page()
    page.goto(partners_page)
    frame = page.frame_locator("iframe")
    frame.locator("#code").fill(issued.code)
    frame.locator("form button").click()
    expect(frame.locator(".vf-answer")).to_have_attribute("data-tone", "ok")
    expect(frame.locator(".vf-names")).to_contain_text(issued.record.name_latin)
    assert context.cookies() == []
