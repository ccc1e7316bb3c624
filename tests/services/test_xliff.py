"""Files for translators: out and in again without a loss, and what happens to each text that comes back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings, strategies as st

from lms_app.domain.actors import Actor
from lms_app.domain.errors import Invalid, NotFound
from lms_app.domain.keys import BlockId, PersonId
from lms_app.model.content import Revision
from lms_app.olx.xliff import Part, Text, names_of, read, unit_id, write
from lms_app.services.authoring.drafts import open_draft, texts_of
from lms_app.services.authoring.editing import open_block, save_block
from lms_app.services.authoring.importing import import_course
from lms_app.services.authoring.translating.states import Counts, summary
from lms_app.services.authoring.translating.writing import add_language
from lms_app.services.authoring.translating.xliff_in import import_texts
from lms_app.services.authoring.translating.xliff_out import export_texts
from lms_app.storage.blobs import Blobs
from tests.course_files import KEY, TYPES, files_of, write_folder

NOW = datetime(2026, 11, 1, tzinfo=UTC)
A = BlockId("html/a")
SOURCE = '<p>Members <b>decide</b> &amp; <a href="/jump_to_id/q">vote</a>.</p><ul><li>One</li><li>Two</li></ul>'
COURSE = files_of(
    '<chapter url_name="c" display_name="One"><sequential url_name="s" display_name="Lesson"><vertical url_name="v">'
    '<html url_name="a" display_name="Hello"/>'
    '<coop_quiz url_name="q" display_name="Quiz"><question kind="single" id="q1"><prompt>Who decides?</prompt>'
    '<choice id="c1" correct="true">The members</choice><choice id="c2">A donor</choice></question></coop_quiz>'
    "</vertical></sequential></chapter>",
    html__a_html=SOURCE,
    html__a_xml='<html filename="a" display_name="Hello"/>',
    policies__run__policy_json='{"course/run": {"display_name": "Title", "language": "en", "start": "2026-01-01T00:00:00Z"}}',
)
FRENCH = {"decide": "décident", ">vote<": ">votent<", "Members ": "Les membres ", ">One<": ">Un<", ">Two<": ">Deux<", ">.<": ">.<"}


@pytest.fixture
def author(people) -> Actor:
    return Actor(PersonId(people.person(name_latin="Aïcha")))


@pytest.fixture
def course(session, author, tmp_path) -> str:
    folder = write_folder(COURSE, tmp_path / "in")
    import_course(session, folder, blobs=Blobs(str(tmp_path / "blobs")), types=TYPES, now=NOW, actor=author, publish=True)
    add_language(session, author, KEY, "fr", message="more", now=NOW)
    return KEY


@pytest.fixture
def bring(session, author, course):
    """Bring a file in, and return how many texts came to what."""

    def bring_it(content, *, language="fr"):
        text = content if isinstance(content, bytes) else content.encode()
        return import_texts(session, author, course, language, text, name="back.xlf", message="back", now=NOW)

    return bring_it


def translated(session, **asked) -> str:
    """Return the file as a translator gives it back: every line has a target."""
    text = export_texts(session, KEY, "fr", **asked).decode()
    out = []
    for piece in text.split("<segment "):
        head, _, rest = piece.partition("<source>")
        inner, closed, tail = rest.partition("</source>")
        if not closed or not out:
            out.append(piece)
            continue
        words = inner
        for english, french in FRENCH.items():
            words = words.replace(
                english.strip("<>") if "pc" not in words else english, french.strip("<>") if "pc" not in words else french
            )
        state = head.replace('state="initial"', "").rstrip("> ") + ' state="translated">'
        out.append(f"{state}<source>{inner}</source><target>{words}</target>{tail.partition('</target>')[2] or tail}")
    return "<segment ".join(out)


def counts(session) -> Counts:
    draft = open_draft(session, KEY)
    return summary(session, draft.course.id, draft).whole("fr")


def test_what_goes_out_and_is_translated_comes_back_as_one_revision_and_goes_out_the_same(session, course, bring):
    before = session.query(Revision).count()
    back = translated(session)
    report = bring(back)
    assert (dict(report.count()), session.query(Revision).count()) == ({"taken": 9}, before + 1)
    said = texts_of(session, open_draft(session, course).snapshot, A)["fr"][1]["data"]
    assert said == SOURCE.replace("Members ", "Les membres ").replace("decide", "décident").replace("vote<", "votent<").replace(
        "One", "Un"
    ).replace("Two", "Deux")
    assert counts(session).done == 9

    once = export_texts(session, KEY, "fr")
    assert dict(bring(once).count()) == {"unchanged": 9}
    assert export_texts(session, KEY, "fr") == once


def test_a_source_that_changed_meanwhile_is_taken_as_stale_and_confirmed_by_the_next_file(session, author, course, bring):
    back = translated(session)
    base = open_block(session, KEY, A, types=TYPES).base
    save_block(session, author, KEY, A, base=base, changes={"display_name": "Welcome"}, types=TYPES, now=NOW)
    assert dict(bring(back).count()) == {"taken": 8, "stale": 1}
    assert counts(session).stale == 1

    out = export_texts(session, KEY, "fr").decode()
    assert '<note category="source-was">Hello</note>' in out
    assert dict(bring(out).count()) == {"unchanged": 9}
    final = out.replace('state="initial"', 'state="final"')
    assert dict(bring(final).count()) == {"unchanged": 8, "confirmed": 1}
    assert counts(session).stale == 0


def test_broken_tags_strange_ids_and_halves_are_told_and_the_rest_is_taken(session, course, bring):
    back = translated(session, section="sequential/s")
    broken = (
        back.replace("<target>Les membres <pc", "<target>Les membres <ph", 1)
        .replace('dataRefEnd="d3">décident</pc>', 'dataRef="d9"/>', 1)
        .replace(f'unit id="{unit_id("coop_quiz/q", "texts:q1/c1")}"', 'unit id="nobody:knows"')
        .replace("<target>A donor</target>", "<target></target>")
    )
    counted = dict(bring(broken).count())
    assert counted == {"taken": 4, "tags": 1, "unknown": 1, "untranslated": 1}
    halves = back.replace("<target>Deux</target>", "")
    assert dict(bring(halves).count()) == {"unchanged": 4, "partly": 1, "taken": 2}


def test_files_of_other_languages_and_strange_lessons_are_refused(session, course, bring):
    back = translated(session)
    for wrong in (back.replace('trgLang="fr"', 'trgLang="ar"'), back.replace('srcLang="en"', 'srcLang="fr"')):
        with pytest.raises(Invalid) as told:
            bring(wrong)
        assert told.value.code == "xliff_other_languages"
    assert dict(bring(back.replace('trgLang="fr"', 'trgLang="fr-MA"')).count()) == {"taken": 9}
    with pytest.raises(NotFound):
        export_texts(session, KEY, "ar")
    with pytest.raises(NotFound):
        export_texts(session, KEY, "fr", section="html/a")


def test_the_file_has_the_shape_that_the_standard_asks_for(session, course):
    root = read(export_texts(session, KEY, "fr"), "x").nodes[0].getroottree().getroot()
    ns = "{urn:oasis:names:tc:xliff:document:2.0}"
    shape = {"xliff": ["file"], "unit": ["notes", "originalData", "segment", "ignorable"], "segment": ["source", "target"]}
    assert (root.get("version"), root.get("srcLang"), root.get("trgLang")) == ("2.0", "en", "fr")
    for name, children in shape.items():
        for node in root.iter(f"{ns}{name}"):
            found = [child.tag.removeprefix(ns) for child in node]
            assert found == sorted(found, key=lambda one: min(children.index(one), 2)), name
    for unit in root.iter(f"{ns}unit"):
        data = {one.get("id") for one in unit.iter(f"{ns}data")}
        used = [one.get(name) for one in unit.iter() for name in ("dataRef", "dataRefStart", "dataRefEnd") if one.get(name)]
        assert set(used) == data
        ids = [one.get("id") for one in unit.iterdescendants() if one.get("id") and not one.tag.endswith("data")]
        assert len(ids) == len(set(ids))
    files = [one.get("id") for one in root.iter(f"{ns}file")]
    units = [one.get("id") for one in root.iter(f"{ns}unit")]
    assert (len(set(files)), len(set(units))) == (len(files), len(units))


WORDS = st.text(st.sampled_from("abcé عت&<> '\"\n"), max_size=8).map(
    lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
)
HTML = st.recursive(
    WORDS,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["p", "b", "li", "div", "em", "a"]), st.lists(inner, max_size=3)).map(
            lambda pair: f"<{pair[0]}>{''.join(pair[1])}</{pair[0]}>"
        ),
        st.just("<br>"),
        st.just('<img src="/static/x.png" alt="y">'),
        st.just("</b>"),
        st.just("<p>"),
    ),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None)
@given(source=HTML, name=st.text(max_size=12))
def test_any_text_comes_back_as_it_went_out(source, name):
    identity = unit_id(name, "data:1")
    one = Text(id=identity, name="n", source=source, is_html=True, digest="d", target=source, is_done=True)
    first = write([Part("f", "o", [one])], source="en", target="fr")
    back = read(first, "x").units(is_html=lambda _: True)[0]
    assert names_of(identity) == (name, "data:1")
    assert (back.source, back.has_its_tags) == (source, True)
    assert back.target in {source, None}  # None: there were no words
    again = Text(id=identity, name="n", source=back.source, is_html=True, digest="d", target=back.target or source, is_done=True)
    assert write([Part("f", "o", [again])], source="en", target="fr") == first
