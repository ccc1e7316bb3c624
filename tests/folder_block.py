"""A block that takes photos, a recording and documents, and shows them: the smallest there is, for tests of handing in."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any, BinaryIO, ClassVar

from webob import Request, Response
from xblock.core import XBlock
from xblock.fields import List, Scope, String

from takwin_xblocks.contract.element import Html, element, joined
from takwin_xblocks.contract.files import Ask, keep, uploads_of, without_removed
from takwin_xblocks.contract.forms import Refusal, Submission, read_upload
from takwin_xblocks.contract.judged import JudgedBlock
from takwin_xblocks.contract.schema import Schema
from takwin_xblocks.contract.upload_form import FILES_FORM, attached_html, upload_html
from takwin_xblocks.contract.voice import Voice

PHOTO = Ask(name="photo", takes="image", most=12, position=True)
VOICE = Ask(name="voice", takes="audio", seconds=2)
PAPER = Ask(name="paper", takes="document", most=12)
SCRIPT = """
import { start } from "./block.js";
import { photos } from "./photo.js";
import { voices } from "./voice.js";
start("CoopFolder", "tests", (root) => { photos(root); voices(root); });
"""


class FolderBlock(JudgedBlock):
    """Keeps what is handed in."""

    schema = Schema(tag="coop_folder")
    script = "CoopFolder"
    made: ClassVar[dict[str, bytes]] = {}
    """Files of its public folder."""

    attached = List(default=[], scope=Scope.user_state)
    told = String(default="", scope=Scope.user_state)

    @classmethod
    def open_local_resource(cls, uri: str) -> BinaryIO:
        return io.BytesIO(cls.made[uri])

    @XBlock.handler
    def hand_in(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        return self.answered(request, self._hand_in, read=read_upload)

    @XBlock.handler
    def look(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Answer with the address of any file that is named, and its bytes: what a careless block might do."""
        name = request.params["file"]
        found = self.files.get(name)
        return Response(json_body={"url": self.files.url(name), "size": len(found[1]) if found else None})

    def _hand_in(self, submission: Submission, voice: Voice) -> Mapping[str, Any]:
        try:
            uploads = uploads_of(submission, PHOTO, VOICE, PAPER, voice=voice)
            stays = without_removed(self.attached, submission, self.files)
            fresh = keep(uploads, self.files, voice)
        except Refusal as refusal:
            if not submission.by_script:
                self.told = refusal.words
            raise
        known = {one["file"] for one in stays}
        self.attached = [*stays, *(one for one in fresh if one["file"] not in known)]
        self.told = ""
        return {"code": "kept", "message": "Kept."}

    def inner_html(self, voice: Voice, *, plain_forms: bool) -> Html:
        return self.form(
            "hand_in",
            attached_html(self.attached, self.files, voice, dom_id=self.dom_id, removable=True),
            *(
                upload_html(ask, voice, label=label, dom_id=self.dom_id, attached=self.attached)
                for ask, label in ((PHOTO, "Photo"), (VOICE, "Your voice"), (PAPER, "Document"))
            ),
            element("p", self.told, role="status", data_status=True, class_="coop__status", tabindex="-1"),
            joined(element("button", "Send", type="submit", class_="coop__button")),
            voice=voice,
            plain_forms=plain_forms,
            enctype=FILES_FORM,
        )
