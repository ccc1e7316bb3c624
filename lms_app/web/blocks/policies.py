"""What a frame of other people's JavaScript, and a file of a course, may do in the browser."""

from __future__ import annotations

from functools import cache
from typing import Final

FRAME_RIGHTS: Final = "allow-scripts allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads allow-modals"
"""Of every frame: never to lead the page around it elsewhere. One with a host of its own may be that host (`allow-same-origin`)."""
CALLS_FROM_NOWHERE: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, PUT, DELETE",
    "Access-Control-Allow-Headers": "Content-Type, X-Requested-With, X-CSRFToken",
}
"""For opaque frames: the pass in the address is all the access there is, and no cookie goes with such a call."""


@cache
def frame_policy(site: str, blocks_origin: str | None) -> str:
    """Return the policy of a page of blocks: its scripts may do as they please with themselves, and talk to their own host alone.

    Without a block origin the page is on the site's own host, so the policy itself puts it into a sandbox: also when it
    is opened in a tab, outside the frame that would have done so.
    """
    rules = [
        "default-src 'self' https: data: blob:",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' https:",
        "style-src 'self' 'unsafe-inline' https:",
        "connect-src 'self'",
        "worker-src blob:",  # no service worker: it would outlive the page, and hear the calls of other courses
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self' https:",
        f"frame-ancestors 'self' {site}",
    ]
    if blocks_origin is None:
        rules.append(f"sandbox {FRAME_RIGHTS}")
    return "; ".join(rules)


def asset_policy() -> str:
    """Return the policy of a bare file opened in a tab: it is shown in a sandbox without scripts."""
    return "sandbox; default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'"
