"""Where a video is, however a trainer writes it: a link to YouTube in any form, an address, or a file of the course."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qs, urlsplit

from lms_app.domain.errors import Invalid

_ID: Final = re.compile(r"^[A-Za-z0-9_-]{11}$")
_HOSTS: Final = frozenset({"youtube.com", "m.youtube.com", "music.youtube.com", "youtube-nocookie.com", "youtu.be"})
_PATHS: Final = ("embed", "shorts", "live", "v", "e")
YOUTUBE_FIELD: Final = "youtube_id_1_0"
FILES_FIELD: Final = "html5_sources"


def youtube_id(text: str) -> str:
    """Return the id of a YouTube video from its id, its link or the code to embed it; refuse (`Invalid`) anything else."""
    told = text.strip()
    if not told or _ID.match(told):
        return told
    framed = re.search(r'src="([^"]+)"', told)
    address = urlsplit(framed[1] if framed else told)
    if not address.netloc:
        address = urlsplit(f"https://{told}")
    host = (address.hostname or "").removeprefix("www.")
    parts = [part for part in address.path.split("/") if part]
    found = ""
    if host == "youtu.be" and parts:
        found = parts[0]
    elif host in _HOSTS:
        found = parts[1] if len(parts) > 1 and parts[0] in _PATHS else parse_qs(address.query).get("v", [""])[0]
    if not _ID.match(found):
        raise Invalid("video_not_youtube", field=YOUTUBE_FIELD)
    return found


def video_address(text: str) -> str:
    """Return the address of a video file: `https://…`, or `/static/…` for a file of the course; refuse (`Invalid`) anything else."""
    told = text.strip()
    if told.startswith("/static/") and len(told) > len("/static/"):
        return told
    address = urlsplit(told)
    if address.scheme == "https" and address.netloc and not address.username:
        return told
    if not address.scheme and "/" not in told and "." in told:
        return f"/static/{told}"  # the bare name of a file
    raise Invalid("video_not_address", field=FILES_FIELD, text=told[:80])
