"""The form in which a block's fields come back from a file: kept so from the start, a course goes out and in without a difference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lms_app.domain.content import RAW_FIELD, Block, CourseContent, Json, laid_over
from lms_app.domain.keys import BlockId, course_key
from lms_app.olx.files import CourseFiles
from lms_app.olx.problems import FileRefused
from lms_app.olx.tree import read_course_tree
from lms_app.runtime.exporter import export_tree
from lms_app.runtime.importer import import_tree
from lms_app.runtime.plugins import BlockTypes
from lms_app.runtime.traits import traits_of

_KEY = course_key("Takwin", "Course", "run")
_ABOVE = (("course", "course"), ("chapter", "c"), ("sequential", "s"), ("vertical", "v"))


def as_it_comes_back(block: Block, *, types: BlockTypes) -> Mapping[str, Json]:
    """Return the fields as they would come back from a file, where that loses nothing; else as they are.

    Open edX's classes write XML anew in their own way and name settings that nobody set. What our own blocks and texts hold comes
    back as it is, and is not asked.
    """
    if block.children or not traits_of(block.type).needs_django or types.is_raw(block.type) or RAW_FIELD in block.fields:
        return block.fields
    once = _through_a_file(block, types)
    if once is None or not block.fields.keys() <= once.keys():
        return block.fields
    again = _through_a_file(replace(block, fields=once), types)
    return once if again == once else block.fields


def texts_as_they_come_back(block: Block, texts: Mapping[str, Json], *, types: BlockTypes) -> Mapping[str, Json]:
    """Return a translation's texts as they would come back from the file of that language."""
    found = as_it_comes_back(replace(block, fields=laid_over(block.fields, texts)), types=types)
    return {name: found.get(name, told) if isinstance(told, str) else told for name, told in texts.items()}


def _through_a_file(block: Block, types: BlockTypes) -> Mapping[str, Json] | None:
    blocks: dict[BlockId, Block] = {block.id: block}
    held = block.id
    for kind, name in reversed(_ABOVE):
        above = BlockId(f"{kind}/{name}")
        blocks[above] = Block(above, kind, {}, (held,))
        held = above
    files, _ = export_tree(CourseContent(root=held, blocks=blocks), course_key=_KEY, types=types)
    try:
        tree = read_course_tree(CourseFiles.of(files))
        back = import_tree(
            tree.files,
            course_key=_KEY,
            types=types,
            root=tree.root,
            root_file=tree.root_file,
            policies=tree.policies,
            run=tree.run,
            language="en",
        ).content
    except FileRefused:
        return None
    found = back.blocks.get(block.id)
    return found.fields if found and RAW_FIELD not in found.fields else None
