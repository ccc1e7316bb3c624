"""Taking blocks out of a state of a course with all that belongs to them, and making them fit for another place."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import unquote

from sqlalchemy.orm import Session

from lms_app.adapters.nodes import assets_of, block_of, read_nodes, read_snapshot
from lms_app.domain.content import Asset, Block, Json, Outline, laid_over
from lms_app.domain.keys import BlockId, CourseKey

Texts = Mapping[str, Mapping[BlockId, Mapping[str, Json]]]
"""Language → block → words."""
_FILE: Final = re.compile(r"/static/([^\"'\s?#<>\\,&)]+)")
_SIZE: Final = re.compile(r"-\d+w(?=\.\w+$)")
"""What tells the sizes of one picture apart."""
_JUMP: Final = re.compile(r"(/jump_to_id/)([\w\-~.:%]+)")
_USAGE: Final = re.compile(r"block-v1:[\w\-~.:%+]+?\+type@([\w\-~.:%]+)\+block@([\w\-~.:%]+)")
OF_ONE_COURSE: Final = frozenset({"start", "due", "group_access", "user_partitions"})
"""Dates and groups belong to the run of one course: in another they would close or hide what was copied."""


@dataclass(frozen=True)
class Lifted:
    """Blocks with all below them, with their words in every language and the files that they name."""

    roots: tuple[BlockId, ...]
    blocks: Mapping[BlockId, Block]
    language: str
    """The source language."""
    texts: Texts
    assets: Mapping[str, Asset]
    language_assets: Mapping[str, Mapping[str, Asset]]

    def new_texts(self) -> dict[str, dict[BlockId, dict[str, Json]]]:
        """Return the words in the form that an `Edit` takes."""
        return {language: {block: dict(told) for block, told in texts.items()} for language, texts in self.texts.items() if texts}


def lift(session: Session, outline: Outline, roots: Sequence[BlockId]) -> Lifted:
    """Return the blocks of a state with all that belongs to them, in a number of reads that does not grow with the course."""
    wanted = below(outline, roots)
    bodies = read_nodes(session, [outline[block].node for block in wanted])
    blocks = {block: block_of(bodies[outline[block].node]) for block in wanted}
    snapshot = read_snapshot(session, outline.snapshot)
    listed = read_nodes(session, [snapshot.assets, *snapshot.overlays.values()])
    overlays = {language: listed[key] for language, key in snapshot.overlays.items()}
    hashes = {one: {block: body["texts"][block] for block in wanted if block in body["texts"]} for one, body in overlays.items()}
    words = read_nodes(session, [key for held in hashes.values() for key in held.values()])
    texts = {language: {block: words[key] for block, key in held.items()} for language, held in hashes.items()}
    named = files_named(
        [*(block.fields for block in blocks.values()), *(told for held in texts.values() for told in held.values())]
    )
    return Lifted(
        roots=tuple(roots),
        blocks=blocks,
        language=snapshot.language,
        texts=texts,
        assets=_those(assets_of(listed[snapshot.assets]), named),
        language_assets={language: _those(assets_of(body["assets"]), named) for language, body in overlays.items()},
    )


def below(outline: Outline, roots: Iterable[BlockId]) -> list[BlockId]:
    """Return the blocks and all that they hold, in reading order, each once."""
    found: dict[BlockId, None] = {}
    waiting = list(reversed([*roots]))
    while waiting:
        block = waiting.pop()
        if block not in found:
            found[block] = None
            waiting.extend(reversed(outline[block].children))
    return list(found)


def files_named(values: Iterable[Json]) -> frozenset[str]:
    """Return every name that may be that of a file in these values: after `/static/`, or a whole text."""
    found: set[str] = set()
    for value in values:
        found.update(unquote(name) for name in _FILE.findall(json.dumps(value, ensure_ascii=False)))
        found.update(_strings(value))
    return frozenset(found)


def renamed(lifted: Lifted, names: Mapping[BlockId, BlockId], files: Mapping[str, str], *, course: CourseKey) -> Lifted:
    """Return the same under other names, with all that refers to them; `files` are those that another file has the name of."""
    change = _rewriting(names, files, course)
    return replace(
        lifted,
        roots=tuple(names[block] for block in lifted.roots),
        blocks={
            names[one.id]: Block(
                names[one.id],
                one.type,
                {name: change(value) for name, value in one.fields.items()},
                tuple(names[child] for child in one.children),
            )
            for one in lifted.blocks.values()
        },
        texts={
            language: {names[block]: {name: change(value) for name, value in told.items()} for block, told in held.items()}
            for language, held in lifted.texts.items()
        },
        assets={files.get(path, path): replace(one, path=files.get(path, path)) for path, one in lifted.assets.items()},
        language_assets={
            language: {files.get(path, path): replace(one, path=files.get(path, path)) for path, one in held.items()}
            for language, held in lifted.language_assets.items()
        },
    )


def for_another_course(lifted: Lifted, language: str, words: Callable[[str], Iterable[str]]) -> Lifted:
    """Return the same without what holds in one course alone, and with its words in that course's own language where there are any.

    `words` gives, for a type of block, the fields that hold words: they stay as the translation into the old language.
    """
    blocks = {one.id: replace(one, fields=_without_place(one.fields)) for one in lifted.blocks.values()}
    if language == lifted.language:
        return replace(lifted, blocks=blocks)
    said = {
        one.id: {name: one.fields[name] for name in words(one.type) if one.fields.get(name) not in (None, "", {}, [])}
        for one in blocks.values()
    }
    own = lifted.texts.get(language, {})
    return replace(
        lifted,
        language=language,
        blocks={one.id: replace(one, fields=laid_over(one.fields, own.get(one.id, {}))) for one in blocks.values()},
        texts={
            **{one: held for one, held in lifted.texts.items() if one != language},
            lifted.language: {block: told for block, told in said.items() if told},
        },
    )


def _without_place(fields: Mapping[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in fields.items() if name not in OF_ONE_COURSE}


def _rewriting(names: Mapping[BlockId, BlockId], files: Mapping[str, str], course: CourseKey) -> Callable[[Json], Json]:
    plain = {block.partition("/")[2]: made.partition("/")[2] for block, made in names.items()}
    run = course.removeprefix("course-v1:")

    def usage(found: re.Match[str]) -> str:
        made = names.get(BlockId(f"{found[1]}/{found[2]}"))
        return found[0] if made is None else f"block-v1:{run}+type@{made.partition('/')[0]}+block@{made.partition('/')[2]}"

    def file(found: re.Match[str]) -> str:
        name = files.get(unquote(found[1]))
        return found[0] if name is None else f"/static/{name}"

    def text(told: str) -> str:
        if told in names:
            return names[BlockId(told)]
        if told in files:
            return files[told]
        told = _USAGE.sub(usage, _JUMP.sub(lambda found: found[1] + plain.get(found[2], found[2]), told))
        return _FILE.sub(file, told) if files else told

    def change(value: Json) -> Json:
        if isinstance(value, str):
            return text(value)
        if isinstance(value, Mapping):
            return {name: change(each) for name, each in value.items()}
        return [change(each) for each in value] if isinstance(value, list) else value

    return change


def _strings(value: Json) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def _those(assets: Mapping[str, Asset], named: frozenset[str]) -> dict[str, Asset]:
    """Return the files that are named, and the other sizes of pictures that are."""
    stems = {_SIZE.sub("", name) for name in named}
    return {path: one for path, one in assets.items() if path in named or (_SIZE.search(path) and _SIZE.sub("", path) in stems)}
