"""A problem as capa shows it, without its script: made anew while its text is being typed, with nothing in it to be pressed."""

from __future__ import annotations

import json
import re
from typing import Final

import lxml.html
import nh3
from markupsafe import Markup

from lms_app.domain.errors import TakwinError
from lms_app.domain.keys import BlockId, CourseKey, usage_key
from lms_app.domain.learning import HandlerRequest
from lms_app.runtime.blocks.sanitising import ATTRIBUTES, SCHEMES, TAGS
from lms_app.runtime.learner import Visit

TYPES: Final = frozenset({"problem"})
"""Types of block that stand in a frame, and can be shown without one while they are written."""
_INPUTS: Final = {"input", "label", "fieldset", "legend", "select", "option", "textarea"}
_GONE: Final = {"script", "style", "button", "template"}
_NO_QUESTION: Final = frozenset(
    {"action", "notification", "status", "sr", "equation", "problem-progress", "problem-header", "capa_alert"}
)
"""Classes of what capa shows besides the question: buttons, messages, marks."""
_CONTROL: Final = re.compile(r"<(input|select|textarea)\b")


def still_of(visit: Visit, course: CourseKey, block: BlockId) -> Markup | None:
    """Return the questions of a problem for reading; None when capa can't show them."""
    asked = HandlerRequest(method="GET", body=b"", content_type="", query="", headers={}, url="")
    try:
        answer = visit.handle(usage_key(course, block), "xmodule_handler", asked, "problem_get")
        html = json.loads(answer.body)["html"]
    except (TakwinError, ValueError, KeyError):
        return None
    return Markup(_CONTROL.sub(r"<\1 disabled", _clean(_without_buttons(html))))  # noqa: S704 -- cleaned


def _without_buttons(html: str) -> str:
    """Return the questions alone, without what capa puts around them for its script."""
    root = lxml.html.fragment_fromstring(html, create_parent="div")
    for element in [each for each in root.iterdescendants() if _NO_QUESTION & set(str(each.get("class") or "").split())]:
        if element.getparent() is not None:
            element.drop_tree()
    return str(lxml.html.tostring(root, encoding="unicode"))


def _clean(html: str) -> str:
    attributes = {name: set(known) - {"id", "style"} for name, known in ATTRIBUTES.items()}
    attributes |= {"input": {"id", "type", "checked", "size"}, "label": {"for"}, "option": {"selected", "value"}, "select": {"id"}}
    cleaned: str = nh3.clean(
        html,
        tags=(set(TAGS) | _INPUTS) - _GONE,
        clean_content_tags=_GONE,
        attributes=attributes,
        url_schemes=set(SCHEMES),
        link_rel="noopener",
    )
    return cleaned
