"""Django's settings, as few as Open edX's blocks can live with: no addresses, no middleware, no database of its own."""

from __future__ import annotations

import importlib.util
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from lms_app.domain.errors import NotFound
from lms_app.runtime.blocks.words import CONTRIB

STATIC_URL: Final = "/capa/"
"""Not `/static/`: capa's own scripts would be taken for course files (and its script loader would wait for ever)."""
LANGUAGES: Final = (("ar", "العربية"), ("fr", "Français"), ("en", "English"), ("es", "Español"), ("pt", "Português"))
"""Names of languages as blocks show them (transcripts)."""

_lock = threading.Lock()


def capa_folder() -> Path | None:
    """Return the folder of capa's templates and scripts without importing it, or None when it is not installed."""
    spec = importlib.util.find_spec("xblocks_contrib")
    if spec is None or not spec.origin:
        return None
    return Path(spec.origin).parent / "problem" / "capa"


def capa_file(path: str) -> bytes:
    """Return a file that capa names below `STATIC_URL`, or raise `NotFound`. Some it names are in no package."""
    folder = capa_folder()
    if folder is None:
        raise NotFound("no_such_resource", path=path)
    root = (folder / "static").resolve()
    try:
        file = (root / path.removeprefix("capa/")).resolve()
        is_there = file.is_relative_to(root) and file.is_file()
    except (OSError, ValueError) as error:  # a name that no file system takes: too long, or with NUL
        raise NotFound("no_such_resource", path=path) from error
    if not is_there:
        raise NotFound("no_such_resource", path=path)
    return file.read_bytes()


def configure() -> None:
    """Configure Django for blocks, once a process; call it before an Open edX block's class is loaded."""
    with _lock:
        import django  # noqa: PLC0415 -- slow import
        from django.conf import settings  # noqa: PLC0415 -- slow import

        if settings.configured:
            return
        _hide("edxval")
        settings.configure(**_settings(capa_folder()))
        django.setup()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Let Django's templates speak a language inside; do nothing where Django was never needed."""
    conf = sys.modules.get("django.conf")
    if conf is None or not conf.settings.configured:
        yield
        return
    from django.utils import translation  # noqa: PLC0415 -- slow import

    with translation.override(language):
        yield


def _hide(package: str) -> None:
    # video asks for edxval and expects ImportError where there is none; installed but without its tables it raises RuntimeError.
    for name in (package, f"{package}.api"):
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]


def _settings(capa: Path | None) -> dict[str, Any]:
    return {
        # capa's app is left out: naming it would import all of xblocks-contrib. Only its templates are wanted.
        "INSTALLED_APPS": ["django.contrib.auth", "django.contrib.contenttypes"],
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [str(capa / "templates")] if capa else [],
                "APP_DIRS": False,
            }
        ],
        "STATIC_URL": STATIC_URL,
        # Both are needed, else problem and video ask for their files under another prefix.
        "PIPELINE": {"PIPELINE_ENABLED": False},
        "REQUIRE_DEBUG": True,
        "FEATURES": {},
        "COMPLETION_VIDEO_COMPLETE_PERCENTAGE": 0.95,
        "LMS_ROOT_URL": "",
        "LMS_BASE": "localhost",
        "AI_TRANSLATIONS_API_URL": "",
        "YOUTUBE": {
            "API": "https://www.youtube.com/iframe_api",
            "TEST_TIMEOUT": 1500,
            "METADATA_URL": "https://www.googleapis.com/youtube/v3/videos/",
            "IMAGE_API": "https://img.youtube.com/vi/{youtube_id}/0.jpg",
            "TRANSCRIPTS": {},
        },
        "YOUTUBE_API_KEY": None,
        "ALL_LANGUAGES": LANGUAGES,
        "LANGUAGES": LANGUAGES,
        "LANGUAGE_DICT": dict(LANGUAGES),
        "LANGUAGE_CODE": "en",
        "LOCALE_PATHS": [str(CONTRIB)],
        "CODE_JAIL": {"python_bin": None, "limits": {}},
        "CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        "DATABASES": {},
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "SECRET_KEY": "not used: nothing here signs or serves",
        "USE_TZ": True,
        "LOGGING_CONFIG": None,
    }
