"""What axe finds wrong with a page.

It comes into each page as that opens: sent into a page afterwards, its half a megabyte costs ten times as much.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from playwright.sync_api import BrowserContext, Page

SCRIPT = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
# A colour on its way to another is no colour of ours: what moves is brought to its end first. Of what passes, and of the way to
# each element, nothing is asked.
LOOK = """async (lenient) => {
    for (const one of document.getAnimations()) if (one instanceof CSSTransition) one.finish();
    const found = await axe.run(document, {
        resultTypes: ["violations"], selectors: false,
        rules: Object.fromEntries(lenient.map((rule) => [rule, {enabled: false}])),
    });
    return found.violations.map(({id, nodes}) => `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" ‖ ")}`);
}"""


def bring(context: BrowserContext) -> None:
    """Let axe be in every page that the window opens from now on."""
    context.add_init_script(path=SCRIPT)


def faults(page: Page, *, lenient: Iterable[str] = ()) -> list[str]:
    """Return what axe finds wrong with a page, but for the rules to be lenient about."""
    found: list[str] = page.evaluate(LOOK, sorted(lenient))
    return found
