"""Open work judged with a rubric: handed in once, judged by its author, by peers who see no names, and by trainers.

Handlers take a form or JSON (`{"answers": {…}, "fields": {…}, "attempt": "<name of this sending>"}`):

* `hand_in` (`answer-text`, files; `act=save` keeps a draft, `act=hand_in` hands it in, `remove=<file>`);
* `practise` (`example`), `judge_self`, `judge_peer` (`review`), `judge` (`record`, `seen`) take a judgement: `answer-level-<criterion>`,
  `answer-comment-<criterion>`, `answer-overall`, for trainers `answer-remark` (ready comments) and `answer-reason`;
* `take` gives a learner a work of somebody else to judge: the block chooses, nobody else;
* `recount` is a trainer's: it publishes all results anew by the rubric as it is now; what no longer fits waits to be judged again.

404 `not_there`: a work that whoever asks may not judge, and one that does not exist, are told alike. 409 `handed_in`, `not_given`,
`changed`, `closed`… 422 with words by field: nothing is kept. What was done already and is sent again is said again, and done once.

After the last day no work is taken any more; what was handed in is still judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from web_fragments.fragment import Fragment
from webob import Request, Response
from xblock.core import XBlock

from takwin_xblocks.contract.block import refused
from takwin_xblocks.contract.forms import Refusal, json_response, read_json, read_upload
from takwin_xblocks.rubric.base import refusal_of
from takwin_xblocks.rubric.content import is_begun
from takwin_xblocks.rubric.handing_in import HandingIn
from takwin_xblocks.rubric.learners_turn import LearnersTurn
from takwin_xblocks.rubric.presets import preset, presets_html
from takwin_xblocks.rubric.recounting import Recounting
from takwin_xblocks.rubric.trainers_turn import TrainersTurn
from takwin_xblocks.rubric.views import Views


class CoopRubricBlock(HandingIn, LearnersTurn, TrainersTurn, Recounting, Views):
    """Open work, and people who judge it with one rubric."""

    # --- handlers ---

    @XBlock.handler
    def hand_in(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002 -- part of every handler
        """Keep what a learner wrote and attached, and hand it in if they say so."""
        return self.answered(request, self._hand_in, read=read_upload)

    @XBlock.handler
    def practise(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Keep the levels that a learner gave to an example."""
        return self.answered(request, self._practise)

    @XBlock.handler
    def judge_self(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Keep what a learner says of their own work."""
        return self.answered(request, self._judge_self)

    @XBlock.handler
    def take(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Give a learner a work to judge."""
        return self.answered(request, self._take)

    @XBlock.handler
    def judge_peer(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Keep what a learner says of the work that was given to them."""
        return self.answered(request, self._judge_peer)

    @XBlock.handler
    def judge(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Keep what a trainer says of a work."""
        return self.answered(request, self._judge)

    @XBlock.handler
    def recount(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Publish all results anew, after weights or criteria were changed."""
        return self.answered(request, self._recount)

    @XBlock.handler
    def open_work(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Lay a work on a trainer's desk, in hosts that have no page for it."""
        return self.answered(request, self._open)

    # --- the author's form ---

    def studio_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """Show the author's form, and above an empty one the ready rubrics."""
        fragment = super().studio_view(context)
        if not is_begun(self.structure):
            url = self.runtime.handler_url(self, "studio_preset")
            fragment.content = presets_html(self.voice(context), url=url, dom_id=self.dom_id) + fragment.content
            fragment.add_javascript_url(self.runtime.local_resource_url(self, "public/rubric.js"))
        return fragment

    @XBlock.handler
    def studio_preset(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Begin with a ready rubric. Refuses (409 `begun`) where criteria are written already, and (404) what is not ready."""
        voice = self.voice()
        try:
            found = preset(str(read_json(request).get("preset")))
            if found is None:
                raise refusal_of(voice, HTTPStatus.NOT_FOUND, "not_there")
            if is_begun(self.structure):
                raise refusal_of(voice, HTTPStatus.CONFLICT, "begun")
        except Refusal as refusal:
            return refused(refusal, voice)
        title, content = found
        self.structure, self.texts = content.structure, content.texts
        self.display_name = self.display_name or title
        return json_response({"code": "saved", "message": voice.words.gettext("The rubric is filled in.")})
