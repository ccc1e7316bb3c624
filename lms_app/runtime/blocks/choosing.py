"""Blocks that show a part of their children, always the same part to the same learner."""

from __future__ import annotations

import random
from typing import Any

from xblock.core import XBlock
from xblock.fields import Boolean, Dict, Integer, List, ReferenceValueDict, Scope, String

from lms_app.runtime.blocks.base import Container
from lms_app.runtime.references import block_named, usage_of

ALL = -1
"""`max_count` of a library that shows everything."""


def dice(block: Any, purpose: str) -> random.Random:
    """Return dice that fall the same way each time for one learner and one purpose."""
    user = block.runtime.service(block, "user").get_current_user()
    learner = user.opt_attrs.get("edx-platform.anonymous_user_id") or ""
    return random.Random(f"{learner}:{purpose}")  # noqa: S311 -- fairness, not secrecy


@XBlock.needs("user")
class LibraryContentBlock(Container):
    """Some exercises out of many: each learner draws `max_count` of the children once and keeps them."""

    source_library_id = String(default=None, scope=Scope.settings)
    source_library_version = String(default=None, scope=Scope.settings)
    mode = String(default="random", scope=Scope.settings)
    max_count = Integer(default=1, scope=Scope.settings)
    capa_type = String(default="any", scope=Scope.settings)
    allow_resetting_children = Boolean(default=False, scope=Scope.settings)
    manual = Boolean(default=False, scope=Scope.settings)
    selected = List(default=[], scope=Scope.user_state)
    """What this learner drew: `[type, name]` pairs."""

    def shown_children(self) -> list[Any]:
        """Return the learner's children, in the order of the course; draw first where fewer are drawn than are due."""
        # What is not open is not drawn: a learner would see less than is due.
        there = [(key.block_type, key.block_id) for key in self.open_children()]
        wanted = len(there) if self.max_count == ALL else max(0, min(self.max_count, len(there)))
        drawn = [tuple(pair) for pair in self.selected if tuple(pair) in there]
        drawn = drawn[:wanted]
        if len(drawn) < wanted:
            rest = sorted(set(there) - set(drawn))
            drawn += dice(self, str(self.scope_ids.usage_id)).sample(rest, wanted - len(drawn))
        if [list(pair) for pair in drawn] != self.selected:
            self.selected = [list(pair) for pair in drawn]
        chosen = set(drawn)
        return [self.get_child(key) for key in self.children if (key.block_type, key.block_id) in chosen]


class ItemBankBlock(LibraryContentBlock):
    """The newer name of the same: children may come from anywhere."""


@XBlock.needs("user")
class RandomizeBlock(Container):
    """One of the children, drawn once for each learner."""

    choice = Integer(default=None, scope=Scope.user_state)

    def shown_children(self) -> list[Any]:
        """Return the learner's child."""
        there = [place for place, key in enumerate(self.children) if self.runtime.is_open(key)]
        if not there:
            return []
        if self.choice not in there:
            self.choice = dice(self, str(self.scope_ids.usage_id)).choice(there)
        return [self.get_child(self.children[self.choice])]


@XBlock.needs("user")
class SplitTestBlock(Container):
    """One child for each group of a partition of the course's learners."""

    user_partition_id = Integer(default=-1, scope=Scope.content)
    group_id_to_child = ReferenceValueDict(default={}, scope=Scope.content)
    groups = Dict(default={}, scope=Scope.user_state)
    """Partition → group of this learner, so that a new group moves nobody."""

    def group_ids(self) -> list[str]:
        """Return the groups that have a child here: those of the course's partition, else all that are named."""
        named = sorted(self.group_id_to_child)
        for partition in self.user_partitions:
            if partition.get("id") == self.user_partition_id:
                known = {str(group.get("id")) for group in partition.get("groups", [])}
                return [group for group in named if group in known] or named
        return named

    def group_id(self) -> str | None:
        """Return the learner's group; draw it first if there is none."""
        partition, groups = str(self.user_partition_id), self.group_ids()
        if not groups:
            return None
        mine = self.groups.get(partition)
        if mine not in groups:
            # By the partition, not by the block: a learner is in one group in all blocks of an experiment.
            mine = dice(self, f"partition {partition}").choice(groups)
            self.groups = {**self.groups, partition: mine}
        return str(mine)

    def shown_children(self) -> list[Any]:
        """Return the child of the learner's group."""
        group = self.group_id()
        named = self.group_id_to_child.get(group) if group is not None else None
        child = named if named in self.children else next(iter(self.children), None)
        return [self.get_child(child)] if child is not None and self.runtime.is_open(child) else []

    @classmethod
    def take_attributes(cls, block: Any, node: Any, runtime: Any) -> None:
        """Read the attributes, and the references in them as keys of this course."""
        super().take_attributes(block, node, runtime)
        course = block.scope_ids.usage_id.course_key
        read = {group: block_named(str(child)) for group, child in block.group_id_to_child.items()}
        if read:
            block.group_id_to_child = {group: usage_of(course, child) for group, child in read.items() if child}

    def olx_value(self, name: str, value: Any) -> Any:
        """Write references as the keys that Open edX writes."""
        if name != "group_id_to_child":
            return value
        course = self.scope_ids.usage_id.course_key
        named = {group: block_named(str(child)) for group, child in value.items()}
        return {group: str(usage_of(course, child)) for group, child in named.items() if child}
