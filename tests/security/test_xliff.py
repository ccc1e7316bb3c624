"""Translators' files that only somebody hostile writes: nothing is followed, nothing runs, and the course stays as it was."""

from __future__ import annotations

import io

import pytest

from lms_app.services.authoring.drafts import open_draft, texts_of
from lms_app.services.authoring.importing import find_course_row, import_course
from lms_app.storage.transaction import transaction
from tests.course_files import KEY, files_of, write_folder

COURSE = files_of(
    '<chapter url_name="c"><sequential url_name="s"><vertical url_name="v">'
    '<html url_name="a" display_name="Hello">&lt;p&gt;Good &lt;b&gt;morning&lt;/b&gt;&lt;/p&gt;</html></vertical></sequential></chapter>',
    policies__run__policy_json='{"course/run": {"display_name": "Title", "language": "en", "start": "2026-01-01T00:00:00Z"}}',
)
PATH = f"/studio/{KEY}/languages/fr/xliff"
HEAD = '<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="en" trgLang="fr">'


@pytest.fixture
def trainer(app, sessions, clock, people, signed_in_client, tmp_path):
    parts = app.extensions["takwin"]
    with transaction(sessions) as session:
        folder = write_folder(COURSE, tmp_path / "in")
        import_course(session, folder, blobs=parts.blobs, types=parts.host.types, now=clock(), publish=True)
        number = find_course_row(session, KEY).id
    client = signed_in_client(people.trainer(number))
    client.send(f"/studio/{KEY}/languages", language="fr")
    return client


@pytest.fixture
def said(sessions):
    """Return the French texts of the block."""

    def find():
        with transaction(sessions, writes=False) as session:
            return dict(texts_of(session, open_draft(session, KEY).snapshot, "html/a").get("fr", ("", {}))[1])

    return find


def bring(client, text: str | bytes):
    content = text if isinstance(text, bytes) else text.encode()
    return client.send(PATH, file=(io.BytesIO(content), "back.xlf"))


def unit(target: str, *, data: str = "", identity: str = "html_2fa:display_5fname", source: str = "Hello") -> str:
    return (
        f'{HEAD}<file id="f"><unit id="{identity}">{data}<segment state="translated"><source>{source}</source>'
        f"<target>{target}</target></segment></unit></file></xliff>"
    )


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "hostile",
    [
        LAUGHS + unit("&b;"),
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">' + unit("Salut"),
        '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + unit("&f;"),
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>' + unit("Salut"),
        HEAD + "<file>" * 300 + "</file>" * 300 + "</xliff>",
        unit("Salut")[:-9],
        "\x00" + unit("Salut"),
        unit("Salut").replace("document:2.0", "document:1.2"),
        b"PK\x03\x04 no XML at all",
    ],
    ids=["laughs", "dtd", "entity", "parameter", "deep", "cut", "nul", "other-format", "zip"],
)
def test_a_hostile_file_is_refused_whole(trainer, said, hostile):
    answer = bring(trainer, hostile)
    assert (answer.status_code, answer.location) == (303, f"/studio/{KEY}/languages")
    assert "tk-notice--bad" in trainer.get(answer.location).text
    assert said() == {}


def test_xinclude_is_text_that_nobody_follows(trainer, said):
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
    shown = bring(trainer, unit(f"Salut {include}")).text
    assert ("root:" in shown, said()) == (False, {})


def test_scripts_in_targets_are_words_in_a_line_and_never_tags_in_a_text(trainer, said):
    bring(trainer, unit("&lt;script&gt;alert(1)&lt;/script&gt;"))
    assert said() == {"display_name": "<script>alert(1)</script>"}
    assert "<script>alert" not in trainer.get(f"/studio/{KEY}/translate/fr?lesson=sequential/s").text

    data = '<originalData><data id="d1">&lt;img src=x onerror=alert(1)&gt;</data></originalData>'
    mine = '<ph id="1" dataRef="d1"/>Good morning'
    shown = bring(trainer, unit('<ph id="1" dataRef="d1"/>Bonjour', data=data, identity="html_2fa:data", source=mine)).text
    assert "data" not in said()
    assert "<img src=x" not in shown

    plain = unit("&lt;img src=x onerror=alert(1)&gt;", identity="html_2fa:data", source="Good morning")
    bring(trainer, plain)
    assert said()["data"] == "&lt;img src=x onerror=alert(1)&gt;"


def test_ids_that_lead_elsewhere_are_unknown(trainer, said):
    for identity in ("course_2fcourse:start", "page_3aabout_2f.._2f.._2fx:data", "html_2fzzz:data", "", "html_2fa:data:more_ff"):
        assert "not taken: this text is not in the course" in bring(trainer, unit("x", identity=identity)).text
    assert said() == {}
    assert trainer.send(PATH.replace("/fr/", "/ar/"), file=(io.BytesIO(unit("x").encode()), "x")).status_code == 404
