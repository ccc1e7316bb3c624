"""Other people's blocks on a trainer's page: each in a frame on the block origin, where its script can't reach the trainer's session."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request, url_for
from flask_babel import gettext
from markupsafe import Markup

from lms_app.domain.errors import NeedsSignIn, NotFound, Refused
from lms_app.domain.keys import BlockId
from lms_app.services.authoring import drafts
from lms_app.web.access import asked_course
from lms_app.web.blocks.policies import FRAME_RIGHTS
from lms_app.web.blocks.tokens import DraftPass, DraftPasses, Purpose
from lms_app.web.context import takwin, visit
from lms_app.web.i18n import language


def draft_frame(block: BlockId, title: str, *, reads: str = "", purpose: Purpose = "shown", base: str = "") -> Markup:
    """Return the frame of a block of the draft: as learners will see it, or with `form` the form that it brings itself."""
    origin = takwin().settings.blocks_origin
    key = asked_course().key
    token = _token(block, reads=reads, purpose=purpose, base=base)
    rights = f"{FRAME_RIGHTS} allow-same-origin" if origin else FRAME_RIGHTS
    renew = url_for("studio.renew_frame", course_key=key, block=block, purpose=purpose, base=base, language=reads)
    said = gettext("Form of “%(title)s”", title=title) if purpose == "form" else gettext("Preview of “%(title)s”", title=title)
    html = Markup(
        '<iframe class="tk-frame" src="{}" title="{}" sandbox="{}" allow="fullscreen; autoplay" loading="lazy" '
        'data-renew="{}" data-frame-of="{}" data-purpose="{}" referrerpolicy="no-referrer"></iframe>'
    ).format(f"{origin or ''}{url_for('blocks.draft', token=token)}", said, rights, renew, block, purpose)
    noscript = gettext("This block needs JavaScript. Switch it on in your browser to see it.")
    return html + Markup('<noscript><p class="tk-notice">{}</p></noscript>').format(noscript)


def renew_frame(course_key: str, block: str) -> Response:
    """Give the page a fresh pass for a frame that has stood open for long."""
    name = BlockId(block)
    with takwin().reading() as session:
        if name not in drafts.open_draft(session, asked_course().key).outline:
            raise NotFound("no_such_block", block=name)
    asked = request.args.get("purpose", "")
    if asked not in {"shown", "form"}:
        raise Refused("bad_pass")
    purpose: Purpose = "form" if asked == "form" else "shown"
    token = _token(name, reads=request.args.get("language", ""), purpose=purpose, base=request.args.get("base", ""))
    return jsonify(token=token)


def _token(block: BlockId, *, reads: str, purpose: Purpose, base: str) -> str:
    here = visit()
    person = here.actor.person_id if here else None
    if here is None or person is None:
        raise NeedsSignIn
    granted = DraftPass(person, asked_course().key, block, purpose, base=base, reads=reads, language=language(), device=here.device)
    return DraftPasses(takwin().secret_key).write(granted)


def install(pages: Blueprint) -> None:
    """Add this address, and what templates call."""
    pages.add_url_rule("/<course_key>/frame/<path:block>", view_func=renew_frame)
    pages.add_app_template_global(draft_frame)
