"""The look keeps its promises: contrast, size, direction, and nothing but defined pieces."""

import gzip
import re
from itertools import product
from pathlib import Path

import pytest

from tests.design.look import PAGES, page_html
from tests.design.rendering import SOURCES, WEB, stylesheet

STYLE = stylesheet()
TOKENS = dict(re.findall(r"(--tk-[\w-]+): (#[0-9a-f]{3,6});", STYLE.partition("}")[0]))
GROUNDS = (
    "--tk-paper",
    "--tk-surface",
    "--tk-sand",
    "--tk-accent-soft",
    "--tk-saffron-soft",
    "--tk-ok-soft",
    "--tk-bad-soft",
    "--tk-info-soft",
)
INKS = ("--tk-ink", "--tk-ink-soft", "--tk-accent", "--tk-clay", "--tk-ok", "--tk-bad", "--tk-warn", "--tk-info")
PHYSICAL = re.compile(
    r"(?<![\w-])((?:margin|padding|border|inset)-(?:left|right|top|bottom)|left|right|(?:min-|max-)?(?:width|height))\s*:"
)
CLASS = re.compile(r'class="([^"]*)"')


def luminance(colour: str) -> float:
    """Give the relative luminance of a colour, as WCAG 2.2 defines it."""
    digits = colour.removeprefix("#")
    digits = "".join(letter * 2 for letter in digits) if len(digits) == 3 else digits
    channels = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Give the contrast ratio of two tokens."""
    darker, lighter = sorted((luminance(TOKENS[one]), luminance(TOKENS[other])))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("ink", "ground"), tuple(product(INKS, GROUNDS)))
def test_every_ink_is_readable_on_every_ground(ink: str, ground: str) -> None:
    assert contrast(ink, ground) >= 4.5


def test_body_text_and_links_bear_the_sun() -> None:
    assert contrast("--tk-ink", "--tk-paper") >= 7
    assert contrast("--tk-ink-soft", "--tk-paper") >= 7
    assert contrast("--tk-accent", "--tk-paper") >= 7


@pytest.mark.parametrize(
    ("ink", "ground"), [("--tk-on-accent", "--tk-accent"), ("--tk-on-accent", "--tk-bad"), ("--tk-ink", "--tk-saffron")]
)
def test_words_on_buttons_are_readable(ink: str, ground: str) -> None:
    assert contrast(ink, ground) >= 4.5


@pytest.mark.parametrize("ground", GROUNDS)
def test_edges_of_controls_are_seen(ground: str) -> None:
    assert contrast("--tk-edge", ground) >= 3


def test_style_sheet_is_within_its_budget() -> None:
    squeezed = re.sub(r"\s*([{};:,>])\s*|\s+", lambda found: found[1] or " ", re.sub(r"/\*.*?\*/", "", STYLE, flags=re.DOTALL))
    assert len(gzip.compress(squeezed.encode(), 9)) <= 8 * 1024


def test_script_is_within_its_budget() -> None:
    assert len(gzip.compress((SOURCES / "app.js").read_bytes(), 9)) <= 2 * 1024


@pytest.mark.parametrize("part", sorted((SOURCES / "css").rglob("*.css")), ids=lambda part: part.name)
def test_rules_know_no_left_and_no_right(part: Path) -> None:
    text = re.sub(r"/\*.*?\*/|@(?:media|container)[^{]*", "", part.read_text("utf-8"), flags=re.DOTALL)
    assert PHYSICAL.findall(text) == []


def test_parts_are_all_imported() -> None:
    entries = "".join(entry.read_text("utf-8") for entry in SOURCES.glob("*.css"))  # the page's sheet, and the frame's
    assert set(re.findall(r'"\./css/([^"]+)"', entries)) == {
        part.relative_to(SOURCES / "css").as_posix() for part in (SOURCES / "css").rglob("*.css")
    }


@pytest.mark.parametrize(("page", "language"), tuple(product(PAGES, ("ar", "fr"))))
def test_pages_use_only_classes_that_exist(page: str, language: str) -> None:
    used = {name for names in CLASS.findall(page_html(page, language)) for name in names.split()}
    known = set(re.findall(r"\.(tk-[\w-]+)", STYLE)) | {"tk-button--primary", "tk-notice--info", "tk-verdict--unknown", "tk-errors"}
    assert used - known == set()


@pytest.mark.parametrize(("page", "language"), tuple(product(PAGES, ("ar", "fr"))))
def test_pages_keep_the_security_policy(page: str, language: str) -> None:
    html = page_html(page, language)
    assert re.findall(r"<script(?![^>]*\ssrc=)|\sstyle=|<style|\son\w+=|javascript:", html) == []


def test_reader_gets_direction_and_own_words() -> None:
    arabic = page_html("error", "ar")
    assert '<html lang="ar" dir="rtl">' in arabic
    assert "التحقق من شهادة" in arabic
    assert '<button name="language" value="fr" lang="fr"><bdi dir="ltr">Français</bdi></button>' in arabic


def test_same_course_has_the_same_cover_everywhere() -> None:
    cover = re.compile(r'data-tone="(\d)" data-weave="(\d)"')
    assert cover.findall(page_html("catalogue", "ar"))[0] == cover.findall(page_html("course", "fr"))[0]


def test_favicon_and_mark_are_small() -> None:
    assert [(drawing.name, drawing.stat().st_size <= 900) for drawing in sorted((WEB / "static" / "img").glob("*.svg"))] == [
        ("favicon.svg", True),
        ("logo.svg", True),
        ("mark.svg", True),
    ]
