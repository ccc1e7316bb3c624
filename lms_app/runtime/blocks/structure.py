"""The skeleton of a course: course, chapter, sequential, vertical."""

from __future__ import annotations

from typing import ClassVar

from xblock.fields import Boolean, Date, Dict, Float, List, Scope, String

from lms_app.runtime.blocks.base import Container


class CourseBlock(Container):
    """The root of a course. Its policy has fields of its own here; what is not named is kept."""

    no_blocks: ClassVar[frozenset[str]] = frozenset({"wiki", "textbook", "metadata", "meta"})

    end = Date(default=None, scope=Scope.settings)
    enrollment_start = Date(default=None, scope=Scope.settings)
    enrollment_end = Date(default=None, scope=Scope.settings)
    advertised_start = String(default=None, scope=Scope.settings)
    language = String(default=None, scope=Scope.settings)
    course_image = String(default="images_course_image.jpg", scope=Scope.settings)
    display_organization = String(default=None, scope=Scope.settings)
    display_coursenumber = String(default=None, scope=Scope.settings)
    advanced_modules = List(default=[], scope=Scope.settings)
    lti_passports = List(default=[], scope=Scope.settings)
    tabs = List(default=[], scope=Scope.settings)
    discussion_topics = Dict(default={}, scope=Scope.settings)
    invitation_only = Boolean(default=False, scope=Scope.settings)
    catalog_visibility = String(default="both", scope=Scope.settings)
    minimum_grade_credit = Float(default=0.8, scope=Scope.settings)


class ChapterBlock(Container):
    """A chapter: a part of a course."""


class SequentialBlock(Container):
    """A sequential: a lesson, with its due date and its place in the grading policy."""

    hide_after_due = Boolean(default=False, scope=Scope.settings)
    is_entrance_exam = Boolean(default=False, scope=Scope.settings)


class VerticalBlock(Container):
    """A vertical: one page of a lesson."""
