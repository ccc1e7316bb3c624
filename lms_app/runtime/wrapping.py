"""The element around a block: by it the page's script finds the block, its handlers and its starting function."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Collection, Mapping
from typing import Any, Final

from markupsafe import Markup

from lms_app.i18n import direction_of

ARGUMENTS: Final = "xblock_json_init_args"
_FORM: Final = re.compile(r"<form\b[^<>]*>", re.IGNORECASE)
_POST: Final = re.compile(r"""\bmethod\s*=\s*["']?post\b""", re.IGNORECASE)
_ACTION: Final = re.compile(r"""\baction\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)


def element(*, family: str, view: str, body: str, data: Mapping[str, Any], language: str, arguments: str = "") -> str:
    """Return the wrapper with its content: everything in it escaped but the body, which is the block's own HTML."""
    classes = [*(["xblock"] if family == "xblock-v1" else []), family, f"{family}-{view}"]
    attributes = "".join(f' data-{name}="{html.escape(str(value))}"' for name, value in data.items())
    told = f' lang="{html.escape(language)}" dir="{direction_of(language)}"' if language else ""
    return f'<div class="{html.escape(" ".join(classes))}"{told}{attributes}>{body}{arguments}</div>'


def arguments_element(arguments: Any) -> str:
    """Return the element that carries what a starting function is called with; no text in it can end it."""
    text = json.dumps(arguments, ensure_ascii=False, default=str)
    text = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f'<script type="json/xblock-args" class="{ARGUMENTS} xblock-json-init-args">{text}</script>'


def with_form_fields(text: str, fields: Mapping[str, str], handlers: Collection[str]) -> str:
    """Return the HTML with hidden fields in each form that posts to one of these handlers, so that it works without script."""
    if not fields or not handlers or "<form" not in text.lower():
        return text
    hidden = "".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">' for name, value in fields.items()
    )

    def put(match: re.Match[str]) -> str:
        tag = match[0]
        action = _ACTION.search(tag)
        if not _POST.search(tag) or not action:
            return tag
        target = html.unescape(action[1] or action[2] or "")
        return tag + hidden if any(target.startswith(handler) for handler in handlers) else tag

    return _FORM.sub(put, text)


def placeholder(words: str) -> Markup:
    """Return the polite line in the place of a block that can't be shown."""
    return Markup('<p class="block-placeholder">{}</p>').format(words)
