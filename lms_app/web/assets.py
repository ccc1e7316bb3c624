"""Style sheets, scripts and pictures: found under the names that the build gave them, sent as small as the browser can take."""

from __future__ import annotations

import json
import mimetypes
from functools import cache
from pathlib import Path
from urllib.parse import quote

from flask import Response, request, send_from_directory, url_for

STATIC = Path(__file__).parent / "static"
_YEAR = 365 * 24 * 3600
_HOUR = 3600
_CODINGS = (("br", ".br"), ("gzip", ".gz"))
mimetypes.add_type("application/manifest+json", ".webmanifest")
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("text/javascript", ".mjs")


def static_url(name: str) -> str:
    """Return the address of a file by its plain name (`app.css`, `img/mark.svg`): the built one, else the source itself."""
    return _static_url(name, request.script_root)


def data_url(name: str) -> str:
    """Return a small picture as an address that holds it whole: on a slow line each request costs more than its bytes."""
    return f"data:{mimetypes.guess_type(name)[0]},{quote((STATIC / name).read_text(encoding='utf-8').strip())}"


def sent_size(name: str) -> int:
    """Return how many bytes a bundle is on its way to a browser; 0 for one that was not built."""
    path = STATIC / "build" / _manifest().get(name, "")
    packed = path.with_name(f"{path.name}.gz")
    return packed.stat().st_size if packed.is_file() else path.stat().st_size if path.is_file() else 0


def send_static(filename: str) -> Response:
    """Send a file of ours. Names made from the content never change, so browsers keep those for a year."""
    is_built = filename.startswith("build/") and filename.removeprefix("build/") in _built()
    for coding, ending in _CODINGS:
        if request.accept_encodings.quality(coding) and (STATIC / (filename + ending)).is_file() and ".." not in filename:
            response = send_from_directory(STATIC, filename + ending, mimetype=mimetypes.guess_type(filename)[0])
            response.headers["Content-Encoding"] = coding
            break
    else:
        response = send_from_directory(STATIC, filename)
    response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable" if is_built else f"public, max-age={_HOUR}"
    response.vary.add("Accept-Encoding")
    return response


@cache
def _static_url(name: str, _root: str) -> str:
    built = _manifest().get(name)
    return url_for("static", filename=f"build/{built}" if built else _unbuilt(name))


@cache
def _manifest() -> dict[str, str]:
    path = STATIC / "build" / "manifest.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


@cache
def _built() -> frozenset[str]:
    return frozenset(_manifest().values())


@cache
def _unbuilt(name: str) -> str:
    return f"src/{name}" if (STATIC / "src" / name).exists() else name
