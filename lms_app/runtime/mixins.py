"""What every hosted block has beyond its own class: the settings that descend a course, and the names of its place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from xblock.core import XBlockMixin
from xblock.fields import Boolean, Date, Dict, Float, Integer, List, Scope, String, Timedelta

from lms_app.domain.clock import utc_now
from lms_app.domain.content import INHERITED

DISTANT_START: Final = datetime(2030, 1, 1, tzinfo=UTC)
"""Where nobody set a start, a course does not begin by accident (Open edX's default)."""


class InheritedSettings(XBlockMixin):
    """The settings that a block takes from its nearest ancestor with an explicit value, with Open edX's names and defaults."""

    graded = Boolean(default=False, scope=Scope.settings)
    start = Date(default=DISTANT_START, scope=Scope.settings)
    due = Date(default=None, scope=Scope.settings)
    relative_weeks_due = Integer(default=None, scope=Scope.settings)
    visible_to_staff_only = Boolean(default=False, scope=Scope.settings)
    course_edit_method = String(default="Studio", scope=Scope.settings)
    giturl = String(default=None, scope=Scope.settings)
    xqa_key = String(default=None, scope=Scope.settings)
    graceperiod = Timedelta(default=None, scope=Scope.settings)
    group_access = Dict(default={}, scope=Scope.settings)
    showanswer = String(default="finished", scope=Scope.settings)
    show_correctness = String(default="always", scope=Scope.settings)
    rerandomize = String(default="never", scope=Scope.settings)
    days_early_for_beta = Float(default=None, scope=Scope.settings)
    static_asset_path = String(default="", scope=Scope.settings)
    use_latex_compiler = Boolean(default=False, scope=Scope.settings)
    max_attempts = Integer(default=None, scope=Scope.settings)
    matlab_api_key = String(default=None, scope=Scope.settings)
    user_partitions = List(default=[], scope=Scope.settings)
    video_speed_optimizations = Boolean(default=True, scope=Scope.settings)
    video_auto_advance = Boolean(default=False, scope=Scope.settings)
    video_bumper = Dict(default={}, scope=Scope.settings)
    show_reset_button = Boolean(default=False, scope=Scope.settings)
    edxnotes = Boolean(default=False, scope=Scope.settings)
    edxnotes_visibility = Boolean(default=True, scope=Scope.settings)
    in_entrance_exam = Boolean(default=False, scope=Scope.settings)
    self_paced = Boolean(default=False, scope=Scope.settings)
    hide_from_toc = Boolean(default=False, scope=Scope.settings)


class Place(XBlockMixin):
    """The names under which blocks written for Open edX look for their own place."""

    scope_ids: Any
    runtime: Any

    display_name = String(default=None, scope=Scope.settings)
    format = String(default=None, scope=Scope.settings)

    @property
    def location(self) -> Any:
        """The block's usage key."""
        return self.scope_ids.usage_id

    @location.setter
    def location(self, value: Any) -> None:
        self.scope_ids = self.scope_ids._replace(def_id=value, usage_id=value)

    @property
    def is_closed(self) -> bool:
        """Whether answers no longer count: after the due date and its grace, where learners do not set their own pace.

        A learner who was given more time has it here too.
        """
        settings: Any = self
        if settings.due is None or settings.self_paced:
            return False
        if utc_now() <= settings.due + (settings.graceperiod or timedelta()):
            return False
        has_longer = getattr(self.runtime, "has_longer", None)
        return not (has_longer and has_longer(self.scope_ids.usage_id))

    @property
    def category(self) -> str:
        """The block's type, as its course writes it."""
        return str(self.scope_ids.block_type)

    @property
    def url_name(self) -> str:
        """The block's name within its type."""
        return str(self.scope_ids.usage_id.block_id)

    @property
    def course_id(self) -> Any:
        """The key of the course."""
        return self.scope_ids.usage_id.context_key

    @property
    def display_name_with_default(self) -> str:
        """The title, or the block's name where nobody gave one."""
        return str(self.display_name or self.url_name.replace("_", " "))

    @property
    def display_name_with_default_escaped(self) -> str:
        """The title as old templates put it into HTML."""
        return self.display_name_with_default.replace("<", "&lt;").replace(">", "&gt;")

    @property
    def xmodule_runtime(self) -> Any:
        """The runtime, under the name it had in 2014."""
        return self.runtime


MIXINS: Final = (InheritedSettings, Place)
"""What a runtime hands to XBlock; a block class's own attributes have precedence."""

if set(InheritedSettings.fields) != INHERITED:  # pragma: no cover -- a change of one list without the other
    raise AssertionError(f"inherited settings differ: {sorted(set(InheritedSettings.fields) ^ INHERITED)}")
