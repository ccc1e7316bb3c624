"""Publishing a part of a course: learners get that part and nothing else, and all parts one by one come to the same as the whole."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from lms_app.adapters.content import CourseReader, load_outline
from lms_app.adapters.nodes import block_hashes, load_content, read_snapshot
from lms_app.domain.actors import Actor
from lms_app.domain.content import Asset, Block
from lms_app.domain.edits import Edit
from lms_app.domain.errors import Conflict, Invalid
from lms_app.domain.keys import PersonId
from lms_app.services.authoring.comparing import compare
from lms_app.services.authoring.drafts import commit, hold_draft, open_draft, with_edit
from lms_app.services.authoring.importing import find_course_row, import_course
from lms_app.services.authoring.partly import lay_parts, parts_with
from lms_app.storage.blobs import Blobs
from tests.course_files import KEY, TYPES, files_of, write_folder

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def _unit(name: str) -> str:
    return f'<vertical url_name="{name}" display_name="{name}"><html url_name="h{name}">Words of {name}</html></vertical>'


COURSE = files_of(
    "".join(
        f'<chapter url_name="{chapter}" display_name="{chapter}">'
        + "".join(
            f'<sequential url_name="{chapter}{lesson}" display_name="{chapter}{lesson}">'
            + "".join(_unit(f"{chapter}{lesson}{unit}") for unit in "xyz")
            + "</sequential>"
            for lesson in "12"
        )
        + "</chapter>"
        for chapter in "ab"
    ),
    policies__run__policy_json='{"course/run": {"display_name": "Title", "language": "en", "start": "2026-01-01T00:00:00Z"}}',
)


@pytest.fixture
def author(people) -> Actor:
    return Actor(PersonId(people.person(name_latin="Aïcha")))


@pytest.fixture
def published(session, author, tmp_path) -> str:
    """The snapshot of a course that is published."""
    folder = write_folder(COURSE, tmp_path / "in")
    import_course(session, folder, blobs=Blobs(str(tmp_path / "blobs")), types=TYPES, now=NOW, actor=author, publish=True)
    return open_draft(session, KEY).snapshot


@pytest.fixture
def change(session, author, published):
    """Change the draft: `change(fields={…}, children={…})`; return its snapshot."""

    def change_it(**edit):
        draft = hold_draft(session, KEY)
        return commit(
            session, draft, with_edit(session, draft, Edit(**edit), now=NOW), author=author.person_id, message="", now=NOW
        ).snapshot

    return change_it


def words(session, snapshot: str, block: str, language: str = "en") -> object:
    return CourseReader(session, KEY, snapshot, language=language, blobs=Blobs("memory://")).block(block).fields.get("data")


def children(session, snapshot: str, block: str) -> tuple[str, ...]:
    return load_outline(session, snapshot)[block].children


def test_only_the_chosen_lesson_changes_with_its_words_in_all_languages(session, published, change):
    draft = change(
        fields={"html/ha1x": {"data": "Better"}, "html/ha2x": {"data": "Later"}},
        texts={"fr": {"html/ha1x": {"data": "Mieux"}, "html/ha2x": {"data": "Plus tard"}}},
        assets={"new.webp": Asset("new.webp", "0" * 64, "image/webp", 1)},
    )

    laid = lay_parts(session, over=published, of=draft, parts=["sequential/a1"], now=NOW)

    assert [words(session, laid.snapshot, block) for block in ("html/ha1x", "html/ha2x")] == ["Better", "Words of a2x"]
    assert [words(session, laid.snapshot, block, "fr") for block in ("html/ha1x", "html/ha2x")] == ["Mieux", "Words of a2x"]
    assert list(load_content(session, laid.snapshot).assets) == ["new.webp"]
    assert laid.taken_along == ()
    left = compare(session, draft, laid.snapshot)
    assert (left.parts(), sorted(left.texts)) == (("vertical/a2x",), ["html/ha2x"])


def test_a_file_that_changed_comes_with_the_part_that_uses_it_alone(session, published, change):
    change(
        assets={"map.webp": Asset("map.webp", "0" * 64, "image/webp", 1)},
        fields={"html/ha1x": {"data": '<img src="/static/map.webp">'}},
    )
    first = open_draft(session, KEY).snapshot
    draft = change(
        assets={"map.webp": Asset("map.webp", "1" * 64, "image/webp", 1)},
        fields={"html/ha1x": {"data": 'New <img src="/static/map.webp">'}, "html/hb1x": {"data": "Other"}},
    )

    def map_of(part: str) -> str:
        return (
            load_content(session, lay_parts(session, over=first, of=draft, parts=[part], now=NOW).snapshot)
            .assets["map.webp"]
            .sha256
        )

    assert (map_of("vertical/b1x")[0], map_of("vertical/a1x")[0]) == ("0", "1")


def test_a_unit_moved_to_another_lesson_leaves_the_one_when_it_comes_to_the_other(session, published, change):
    draft = change(
        children={
            "sequential/a1": ["vertical/a1x", "vertical/a1z"],
            "sequential/b2": ["vertical/b2x", "vertical/a1y", "vertical/b2y", "vertical/b2z"],
        },
        fields={"html/ha1x": {"data": "Better"}, "html/hb2x": {"data": "Better"}},
    )

    for part in ("sequential/a1", "sequential/b2", "vertical/a1y"):
        laid = lay_parts(session, over=published, of=draft, parts=[part], now=NOW)
        assert children(session, laid.snapshot, "sequential/a1") == ("vertical/a1x", "vertical/a1z")
        assert children(session, laid.snapshot, "sequential/b2") == ("vertical/b2x", "vertical/a1y", "vertical/b2y", "vertical/b2z")
        assert (laid.taken_along == ()) == (part == "vertical/a1y")


def test_a_block_that_another_part_names_comes_along(session, published, change):
    new = {
        one.id: one
        for one in (
            Block("vertical/glossary", "vertical", {"display_name": "Glossary"}, ("html/terms",)),
            Block("html/terms", "html", {"data": "Terms"}),
        )
    }
    draft = change(
        new=new,
        children={"sequential/b2": ["vertical/b2x", "vertical/b2y", "vertical/b2z", "vertical/glossary"]},
        fields={"html/ha1x": {"data": '<a href="/jump_to_id/glossary">see</a>'}, "html/ha1y": {"data": "glossary of terms"}},
    )
    found = compare(session, draft, published)

    assert parts_with(session, found, ["vertical/a1x"]) == {"vertical/a1x", "vertical/glossary"}
    assert parts_with(session, found, ["vertical/a1y"]) == {"vertical/a1y"}
    assert lay_parts(session, over=published, of=draft, parts=["vertical/a1x"], now=NOW).taken_along == ("vertical/glossary",)


def test_what_was_taken_out_goes_with_its_own_part(session, published, change):
    draft = change(children={"chapter/a": ["sequential/a1"], "sequential/b1": ["vertical/b1z", "vertical/b1x"]})

    laid = lay_parts(session, over=published, of=draft, parts=["vertical/b1y"], now=NOW)

    assert compare(session, draft, published).parts() == (
        "sequential/a2",
        *(f"vertical/a2{u}" for u in "xyz"),
        "sequential/b1",
        "vertical/b1y",
    )
    assert children(session, laid.snapshot, "chapter/a") == ("sequential/a1", "sequential/a2")
    assert children(session, laid.snapshot, "sequential/b1") == ("vertical/b1x", "vertical/b1z")


def test_refused_are_strange_parts_and_parts_that_do_not_differ(session, published, change):
    draft = change(fields={"html/ha1x": {"data": "Better"}})

    for parts, code in ((["vertical/else"], "no_such_part"), (["vertical/b1x"], "nothing_chosen"), ([], "nothing_chosen")):
        with pytest.raises(Invalid) as refused:
            lay_parts(session, over=published, of=draft, parts=parts, now=NOW)
        assert refused.value.code == code


def test_another_source_language_is_published_as_a_whole(session, published, change, author, tmp_path):
    other = COURSE | {"policies/run/policy.json": COURSE["policies/run/policy.json"].replace(b'"en"', b'"fr"')}
    import_course(
        session,
        write_folder(other, tmp_path / "fr"),
        blobs=Blobs(str(tmp_path / "blobs")),
        types=TYPES,
        now=NOW,
        actor=author,
        language="fr",
    )
    if open_draft(session, KEY).outline.language == "en":
        pytest.fail("the draft is still in the first language")

    with pytest.raises(Conflict) as refused:
        lay_parts(session, over=published, of=open_draft(session, KEY).snapshot, parts=["sequential/a1"], now=NOW)
    assert refused.value.code == "only_as_a_whole"


def test_a_course_that_was_never_published_begins_with_one_lesson(session, published):
    laid = lay_parts(session, over=None, of=published, parts=["sequential/b1"], now=NOW)

    outline = load_outline(session, laid.snapshot)
    assert [entry.id for entry in outline.entries.values() if entry.type != "html"] == [
        "course/course", "chapter/b", "sequential/b1", "vertical/b1x", "vertical/b1y", "vertical/b1z",
    ]  # fmt: skip
    assert compare(session, published, laid.snapshot).parts()[0] == "chapter/a"
    rest = ["chapter/a", "chapter/b"]
    for part in rest:
        laid = lay_parts(session, over=laid.snapshot, of=published, parts=[part], now=NOW)
    assert laid.snapshot == published


def _stir(session, rng: random.Random) -> Edit:
    """Return a change of many kinds at once."""
    draft = open_draft(session, KEY).outline
    children = {block: list(entry.children) for block, entry in draft.entries.items() if entry.children}
    new: dict[str, Block] = {}
    for kind in ("vertical", "sequential", "chapter", "html"):
        holders = {"vertical": "sequential", "sequential": "chapter", "chapter": "course", "html": "vertical"}[kind]
        places = [block for block in (*children, *new) if block.startswith(f"{holders}/")]
        movable = [block for block in draft.entries if block.startswith(f"{kind}/")]
        for block in rng.sample(movable, min(2, len(movable))):
            home = next((held for held in children.values() if block in held), None)
            if home is not None:
                home.remove(block)
            if home is not None and rng.random() < 0.7:
                there = children.setdefault(rng.choice([place for place in places if place not in new]), [])
                there.insert(rng.randint(0, len(there)), block)
        number = rng.randint(100, 999)
        made = Block(f"{kind}/n{number}", kind, {"display_name": f"N{number}"})
        holder = rng.choice(places)
        if holder in new:
            new[holder] = Block(holder, holders, new[holder].fields, (*new[holder].children, made.id))
        else:
            children[holder].insert(rng.randint(0, len(children[holder])), made.id)
        new[made.id] = made
    changed = rng.sample([block for block in draft.entries if block.startswith(("html/", "vertical/", "chapter/"))], 4)
    return Edit(
        children={block: held for block, held in children.items() if held != list(draft[block].children)},
        new=new,
        fields={block: {"display_name": f"Changed {block}"} for block in changed},
        texts={"fr": {block: {"display_name": f"En français {block}"} for block in changed[:2]}},
        policy={"grading": {"GRADER": []}} if rng.random() < 0.5 else None,
    )


@pytest.mark.parametrize("seed", range(4))
def test_all_parts_one_after_another_come_to_the_whole(session, published, change, seed):
    rng = random.Random(seed)
    edit = _stir(session, rng)
    draft = hold_draft(session, KEY)
    target = with_edit(session, draft, edit, now=NOW)
    here: str = published
    for _ in range(60):
        left = list(compare(session, target, here).parts())
        if not left:
            break
        before = here
        for part in rng.sample(left, len(left)):
            here = lay_parts(session, over=before, of=target, parts=[part], now=NOW).snapshot
            content = load_content(session, here)
            assert block_hashes(content)[content.root] == read_snapshot(session, here).root_hash
            assert set(load_outline(session, here).entries) == {block.id for block in content.walk()}
            break
    assert here == target
    assert find_course_row(session, KEY).draft_revision_id == draft.revision.id
