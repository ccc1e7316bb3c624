"""What a visitor's browser pays: bytes and requests of a cold visit, first paint on a fast line and on Slow 3G."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, sync_playwright

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}


@dataclass(frozen=True)
class Visit:
    """One cold visit."""

    kib: float
    script_kib: float
    requests: int
    first_paint_s: float
    interactive_s: float


def cold_visit(url: str, cookie: str, *, slow: bool) -> Visit:
    """Open a page with an empty cache and return what it cost (pictures, audio and video left out of the bytes)."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(ARGUMENTS))
        try:
            return _visit(browser, url, cookie, slow=slow)
        finally:
            browser.close()


def _visit(browser: Browser, url: str, cookie: str, *, slow: bool) -> Visit:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    context.add_cookies([{"name": "takwin", "value": cookie, "url": url}])
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: dict[str, float] = {}
    kinds: dict[str, str] = {}
    session.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    session.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    if slow:
        session.send("Network.emulateNetworkConditions", SLOW_3G)
    page.goto(url, wait_until="networkidle", timeout=120_000)
    timing: dict[str, Any] = page.evaluate(
        "() => ({paint: (performance.getEntriesByName('first-contentful-paint')[0] || {startTime: 0}).startTime,"
        " ready: performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd})"
    )
    counted = {key: size for key, size in sizes.items() if kinds.get(key) not in {"Image", "Media"}}
    scripts = sum(size for key, size in counted.items() if kinds.get(key) == "Script")
    context.close()
    return Visit(
        kib=sum(counted.values()) / 1024,
        script_kib=scripts / 1024,
        requests=len(counted),
        first_paint_s=timing["paint"] / 1000,
        interactive_s=timing["ready"] / 1000,
    )
