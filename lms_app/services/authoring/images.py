"""The images and files of a course: which there are, where each is used, taking one in, replacing it and taking it out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from urllib.parse import unquote

from sqlalchemy.orm import Session

from lms_app.adapters.nodes import Snapshot, assets_of, read_nodes, read_snapshot
from lms_app.domain.actors import Actor, Place, PlaceKind
from lms_app.domain.content import Asset, Hash, Json, canonical
from lms_app.domain.edits import Edit
from lms_app.domain.errors import Conflict, Invalid, NotFound
from lms_app.domain.keys import BlockId, CourseKey
from lms_app.domain.permissions import Action, require
from lms_app.olx.names import folded
from lms_app.services.authoring import drafts
from lms_app.services.authoring.drafts import Draft
from lms_app.services.authoring.pictures import Made, Prepared

_SIZE: Final = re.compile(r"-(\d{2,5})w\.webp$")
_STATIC: Final = re.compile(r"/static/([^\"'\\<>?#)]+)")
_BARE: Final = re.compile(r'"([^"\\/\n<>]{1,200}\.[A-Za-z0-9]{2,5})"')
_PARTS: Final = re.compile(r"[\s,]+")
MOST_FILES: Final = 5000
"""In one course: each is a line of the node that lists them."""
_remembered: dict[Hash, frozenset[str]] = {}
_MOST_REMEMBERED: Final = 100_000


@dataclass(frozen=True)
class Use:
    """A place where a file is used."""

    block: BlockId | None
    """None for the course's own pages and settings."""
    title: str


@dataclass(frozen=True)
class FileFacts:
    """One file of a course as its page shows it; the smaller sizes of a picture are part of it."""

    path: str
    sha256: str
    content_type: str
    size: int
    """In bytes, all sizes together."""
    sizes: tuple[tuple[int, str], ...] = ()
    """Width and path of each smaller picture, the smallest first."""
    small: str = ""
    """SHA-256 of the smallest picture: what a list shows."""
    uses: tuple[Use, ...] = ()
    languages: tuple[str, ...] = ()
    """Languages that have a file of their own in its place."""

    @property
    def is_picture(self) -> bool:
        """Tell whether it can stand in a text as a picture."""
        return self.content_type.startswith("image/")


@dataclass(frozen=True)
class KeptFile:
    """What was taken in."""

    path: str
    files: tuple[Made, ...]
    revision: int | None
    """None when the course had the very same file already."""


def files_of(session: Session, draft: Draft) -> list[FileFacts]:
    """Return all files of a draft by name, each with the places where it is used."""
    snapshot = read_snapshot(session, draft.snapshot)
    overlays = read_nodes(session, snapshot.overlays.values())
    assets = assets_of(read_nodes(session, [snapshot.assets])[snapshot.assets])
    used = _uses(session, draft, snapshot, overlays)
    others = {language: overlays[key]["assets"] for language, key in snapshot.overlays.items()}
    found = []
    for path in sorted((path for path in assets if not _is_size_of_another(path, assets)), key=folded):
        sizes = _sizes(path, assets)
        named = dict.fromkeys(use for each in (path, *(name for _, name in sizes)) for use in used.get(each, ()))
        found.append(
            FileFacts(
                path,
                assets[path].sha256,
                assets[path].content_type,
                assets[path].size + sum(assets[name].size for _, name in sizes),
                sizes=sizes,
                small=assets[sizes[0][1]].sha256 if sizes else assets[path].sha256,
                uses=tuple(named),
                languages=tuple(language for language, own in others.items() if path in own),
            )
        )
    return found


def find_file(session: Session, draft: Draft, path: str) -> FileFacts:
    """Return one file of the draft, or raise `NotFound`."""
    found = next((one for one in files_of(session, draft) if one.path == path), None)
    if found is None:
        raise NotFound("no_such_file", path=path)
    return found


def asset_of(session: Session, draft: Draft, path: str) -> Asset:
    """Return where the bytes of a file of the draft are, or raise `NotFound`: three reads, whatever the course holds."""
    snapshot = read_snapshot(session, draft.snapshot)
    found = assets_of(read_nodes(session, [snapshot.assets])[snapshot.assets]).get(path)
    if found is None:
        raise NotFound("no_such_file", path=path)
    return found


def keep_file(session: Session, actor: Actor, key: CourseKey, read: Prepared, *, message: str, now: datetime) -> KeptFile:
    """Put a file into the draft under a name that nothing else has; the very same file is kept once.

    Refused: who may not change the course, and more files than a course may hold (`Invalid`).
    """
    draft = _hold(session, actor, key)
    assets = _assets(session, draft)
    if len(assets) + len(read.files) > MOST_FILES:
        raise Invalid("too_many_files", field="file", most=MOST_FILES)
    there = next((path for path, one in assets.items() if one.sha256 == read.files[0].sha256), None)
    if there is not None and path_matches(there, read):
        return KeptFile(there, tuple(replace(one, path=name) for one, name in _named(read, there)), None)
    path = _free_name(read, assets)
    files = tuple(replace(one, path=name) for one, name in _named(read, path))
    edit = Edit(assets={one.path: Asset(one.path, one.sha256, one.content_type, one.size) for one in files})
    revision = drafts.commit(
        session, draft, drafts.with_edit(session, draft, edit, now=now), author=actor.person_id, message=message, now=now
    )
    return KeptFile(path, files, revision.id)


def replace_file(
    session: Session, actor: Actor, key: CourseKey, path: str, read: Prepared, *, message: str, now: datetime, language: str = ""
) -> None:
    """Put another file in a file's place, for all languages or for one beside the source; texts that name it need no change.

    Refused: a file that is not there (`NotFound`), a language that the course lacks (`NotFound`).
    """
    draft = _hold(session, actor, key)
    facts = find_file(session, draft, path)
    files = {name: Asset(name, one.sha256, one.content_type, one.size) for one, name in _named(read, path)}
    for _, size in facts.sizes:  # texts that name a size must find one: a smaller picture stands for all of them
        if size not in files:
            last = read.files[-1]
            files[size] = Asset(size, last.sha256, last.content_type, last.size)
    if language and language not in draft.outline.languages:
        raise NotFound("no_such_language", language=language)
    is_own = language and language != draft.outline.language
    edit = Edit(language_assets={language: files}) if is_own else Edit(assets=files)
    drafts.commit(session, draft, drafts.with_edit(session, draft, edit, now=now), author=actor.person_id, message=message, now=now)


def remove_file(
    session: Session, actor: Actor, key: CourseKey, path: str, *, even_if_used: bool, message: str, now: datetime
) -> None:
    """Take a file out of the draft with its sizes, in every language; history keeps it.

    Refused: a file that is not there (`NotFound`), and one that is used (`Conflict`) unless that is meant.
    """
    draft = _hold(session, actor, key)
    facts = find_file(session, draft, path)
    if facts.uses and not even_if_used:
        raise Conflict("file_is_used", places=len(facts.uses))
    names = (path, *(name for _, name in facts.sizes))
    edit = Edit(assets=dict.fromkeys(names), language_assets={language: dict.fromkeys(names) for language in facts.languages})
    drafts.commit(session, draft, drafts.with_edit(session, draft, edit, now=now), author=actor.person_id, message=message, now=now)


def path_matches(path: str, read: Prepared) -> bool:
    """Tell whether a file of the course could be what was read: of its kind."""
    return path.rpartition(".")[2].lower() == read.ending


def _hold(session: Session, actor: Actor, key: CourseKey) -> Draft:
    draft = drafts.hold_draft(session, key)
    require(actor, Action.EDIT_COURSE, [Place(PlaceKind.COURSE, draft.course.id)])
    return draft


def _assets(session: Session, draft: Draft) -> dict[str, Asset]:
    snapshot = read_snapshot(session, draft.snapshot)
    return assets_of(read_nodes(session, [snapshot.assets])[snapshot.assets])


def _named(read: Prepared, path: str) -> Iterator[tuple[Made, str]]:
    """Yield what was made with the name that it gets when the whole is called `path`."""
    stem = path.rpartition(".")[0]
    for place, one in enumerate(read.files):
        yield one, path if place == 0 else f"{stem}-{one.width}w.webp"


def _free_name(read: Prepared, assets: Mapping[str, Asset]) -> str:
    """Return a name of which neither it nor any of its sizes is taken, on machines that don't tell capitals apart either."""
    taken = {folded(path) for path in assets}
    number = 1
    while True:
        path = f"{read.stem}{'' if number == 1 else f'-{number}'}.{read.ending}"
        if not any(folded(name) in taken for _, name in _named(read, path)):
            return path
        number += 1


def _is_size_of_another(path: str, assets: Mapping[str, Asset]) -> bool:
    return bool(_SIZE.search(path)) and any(
        f"{_SIZE.sub('', path)}.{ending}" in assets for ending in ("webp", "jpg", "jpeg", "png")
    )


def _sizes(path: str, assets: Mapping[str, Asset]) -> tuple[tuple[int, str], ...]:
    stem, _, ending = path.rpartition(".")
    if ending.lower() not in {"webp", "jpg", "jpeg", "png"} or _SIZE.search(path):
        return ()
    named = ((width, f"{stem}-{width}w.webp") for width in (480, 960, 1600))
    return tuple((width, name) for width, name in named if name in assets)


def _uses(session: Session, draft: Draft, snapshot: Snapshot, overlays: Mapping[str, Json]) -> dict[str, list[Use]]:
    """Return where each file is used: nodes never change, so each is looked through once, whatever course it is in."""
    outline = draft.outline
    places = [(entry.node, Use(entry.id, entry.title)) for entry in outline.entries.values()]
    for key in snapshot.overlays.values():
        texts = overlays[key]["texts"].items()
        places += [(Hash(node), Use(block, outline[block].title)) for block, node in texts if block in outline]
    places += [(snapshot.pages, Use(None, "")), (snapshot.policy, Use(None, ""))]
    missing = [key for key, _ in places if key not in _remembered]
    if len(_remembered) > _MOST_REMEMBERED:
        _remembered.clear()
        missing = [key for key, _ in places]
    _remembered.update((Hash(key), names_in(body)) for key, body in read_nodes(session, missing).items())
    found: dict[str, list[Use]] = {}
    for node, use in places:
        for name in _remembered[node]:
            found.setdefault(name, []).append(use)
    return found


def names_in(body: Json) -> frozenset[str]:
    """Return every name in a node's body that may be a file's: in addresses below `/static/`, and whole values."""
    text = canonical({name: value for name, value in body.items() if name != "children"} if isinstance(body, Mapping) else body)
    names: set[str] = set(_BARE.findall(text))
    for written in _STATIC.findall(text):
        names |= {unquote(written), *(unquote(part.removeprefix("/static/")) for part in _PARTS.split(written) if part)}
    return frozenset(names)
