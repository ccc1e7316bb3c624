"""The pictures of the courses are what their drawings and words make, and nothing that could do more than be seen."""

import pytest
from lxml import etree

from deploy.courses.pictures import LANGUAGES, MOST_BYTES, Drawing, PictureError, main, written_pictures
from deploy.courses.reading import COURSES

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 300" width="480" height="300"{root}>{inside}</svg>'
WORDS = {"hello": {"ar": "سلام < تحية", "fr": "bonjour", "en": "hello"}}


def drawn(folder, inside, *, root="", words=WORDS):
    path = folder / "drawn.svg"
    path.write_text(SVG.format(root=root, inside=inside), encoding="utf-8")
    return Drawing(path, words)


def test_every_picture_is_as_its_drawing_and_words_make_it():
    assert main(["--check"]) == 0


def test_pictures_are_light_well_formed_and_say_words_of_their_language():
    for path, held in written_pictures(COURSES / "governance").items():
        root = etree.fromstring(held)
        assert len(held) <= MOST_BYTES
        assert root.get("lang") == path.parents[1].name
        assert b"{" not in held


def test_words_are_filled_in_and_escaped(tmp_path):
    drawing = drawn(tmp_path, '<text x="10" y="20" font-size="16">{hello}</text>')
    assert b"bonjour" in drawing.spoken("fr")
    arabic = etree.fromstring(drawing.spoken("ar"))
    assert (arabic[0].text, arabic.get("direction")) == ("سلام < تحية", "rtl")


def test_a_drawing_that_is_read_along_changes_sides_in_arabic_alone(tmp_path):
    inside = '<path d="M0 0h9"/><text x="100" y="20">{hello}</text><g data-keep="" transform="translate(30 40)scale(2)"/>'
    drawing = drawn(tmp_path, inside, root=' data-mirror=""')
    turned, text, kept = etree.fromstring(drawing.spoken("ar"))
    assert turned.get("transform") == "matrix(-1 0 0 1 480 0)"
    assert (text.get("x"), kept.get("transform")) == ("380", "translate(450 40)scale(2)")
    assert etree.fromstring(drawing.spoken("fr"))[1].get("x") == "100"


@pytest.mark.parametrize(
    "inside",
    [
        "<script/>",
        '<a href="elsewhere"/>',
        '<path onclick="go()"/>',
        '<text font-size="9">{hello}</text>',
        "<text>{nobody_said_this}</text>",
        "<path d='" + "M0 0h1" * 3000 + "'/>",
    ],
)
def test_what_may_not_travel_is_refused(tmp_path, inside):
    drawing = drawn(tmp_path, inside)
    for language in LANGUAGES:
        with pytest.raises(PictureError):
            drawing.spoken(language)
