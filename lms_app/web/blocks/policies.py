"""What a frame of other people's JavaScript, and a file of a course, may do in the browser."""

from __future__ import annotations

from functools import cache


@cache
def frame_policy(site: str) -> str:
    """Return the policy of a frame: its scripts may do as they please with themselves, and talk to their own host alone."""
    return "; ".join(
        (
            "default-src 'self' https: data: blob:",
            "script-src 'self' 'unsafe-inline' 'unsafe-eval' https:",
            "style-src 'self' 'unsafe-inline' https:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            f"frame-ancestors {site}",
        )
    )


def asset_policy() -> str:
    """Return the policy of a bare file opened in a tab: it is shown in a sandbox without scripts."""
    return "sandbox; default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'"
