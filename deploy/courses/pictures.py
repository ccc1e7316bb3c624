"""Fill the words of a course's drawings: one picture is drawn once and says its words in three languages.

`pictures/NAME.svg` of a course holds the drawing, with `{word}` where a language speaks; `pictures/words.toml` holds the words.
`python -m deploy.courses.pictures` writes `{ar,fr,en}/static/NAME.svg`; with `--check` it writes nothing and names what is stale.
A drawing whose root says `data-mirror` is read from right to left in Arabic: everything changes sides, but texts and groups
that say `data-keep` (ticks, faces of dials, pages) are moved to the other side and stay the right way round.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

ROOT = Path(__file__).resolve().parents[2]
COURSES = ROOT / "courses"
LANGUAGES = ("ar", "fr", "en")
MOST_BYTES = 15 * 1024
SMALLEST_TEXT = 13.0
SVG = "{http://www.w3.org/2000/svg}"
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
FORBIDDEN_TAGS = {"script", "style", "foreignObject", "image", "use", "a", "animate", "set"}
FONTS = {
    "ar": "'Noto Sans Arabic','Noto Naskh Arabic',system-ui,sans-serif",
    "fr": "system-ui,'Noto Sans',sans-serif",
    "en": "system-ui,'Noto Sans',sans-serif",
}

Words = Mapping[str, Mapping[str, str]]


class PictureError(Exception):
    """A drawing or its words break a rule of pictures."""


@dataclass(frozen=True)
class Drawing:
    """A source drawing and the words it speaks."""

    path: Path
    words: Words

    def spoken(self, language: str) -> bytes:
        """Return the drawing as learners of this language see it."""
        root = etree.fromstring(self.path.read_bytes(), etree.XMLParser(remove_comments=True, resolve_entities=False))
        refuse_what_may_not_travel(root, self.path)
        for text in root.iter(f"{SVG}text", f"{SVG}tspan"):
            text.text = self._filled(text.text or "", language) or None
        if "data-mirror" in root.attrib and language == "ar":
            mirror(root)
        for element in root.iter():
            for name in ("data-mirror", "data-keep"):
                element.attrib.pop(name, "")
        root.set("lang", language)
        if any(True for _ in root.iter(f"{SVG}text")):
            root.set("font-family", FONTS[language])
            if language == "ar":
                root.set("direction", "rtl")
        written = etree.tostring(root, encoding="utf-8") + b"\n"
        if len(written) > MOST_BYTES:
            message = f"{self.path.name} in {language} has {len(written)} bytes: {MOST_BYTES} is the most"
            raise PictureError(message)
        return written

    def _filled(self, text: str, language: str) -> str:
        """Put the words of this language where the drawing asks for them."""

        def word(found: re.Match[str]) -> str:
            said = self.words.get(found[1], {}).get(language, "")
            if not said.strip():
                message = f"{self.path.name}: no word for {{{found[1]}}} in {language}"
                raise PictureError(message)
            return said

        return PLACEHOLDER.sub(word, text)

    def unused_words(self) -> set[str]:
        """Return the words the drawing never says: a mistyped placeholder shows here."""
        return set(self.words) - set(PLACEHOLDER.findall(self.path.read_text("utf-8")))


def refuse_what_may_not_travel(root: etree._Element, path: Path) -> None:
    """Refuse scripts, links, styles and letters too small for a phone: a picture is a drawing and nothing else."""
    for element in root.iter():
        name = etree.QName(element).localname
        attributes = {etree.QName(key).localname for key in element.attrib}
        if name in FORBIDDEN_TAGS or "href" in attributes or any(key.startswith("on") for key in attributes):
            message = f"{path.name}: <{name}> or its attributes may not be in a picture"
            raise PictureError(message)
        if float(element.get("font-size", SMALLEST_TEXT)) < SMALLEST_TEXT:
            message = f"{path.name}: letters of {element.get('font-size')} are too small"
            raise PictureError(message)


def mirror(root: etree._Element) -> None:
    """Turn the drawing to be read from right to left, its texts and kept groups the right way round."""
    width = float(root.get("viewBox", "0 0 0 0").split()[2])
    turned: etree._Element | None = None
    for child in list(root):
        if child.tag == f"{SVG}text":
            for part in child.iter(f"{SVG}text", f"{SVG}tspan"):
                if "x" in part.attrib:
                    part.set("x", f"{width - float(part.get('x', '0')):g}")
            turned = None
        elif "data-keep" in child.attrib:
            child.set("transform", moved_across(child.get("transform", ""), width))
            turned = None
        else:
            if turned is None:
                turned = etree.Element(f"{SVG}g", transform=f"matrix(-1 0 0 1 {width:g} 0)")
                child.addprevious(turned)
            turned.append(child)


def moved_across(transform: str, width: float) -> str:
    """Return the transform with its first move made from the other side: `translate(x y)` begins every kept group."""
    found = re.match(r"translate\(([-\d.]+)[ ,]([-\d.]+)\)", transform)
    if found is None:
        message = f"a kept group begins with translate(x y), not with {transform!r}"
        raise PictureError(message)
    return f"translate({width - float(found[1]):g} {found[2]}){transform[found.end() :]}"


def drawings(course: Path) -> Iterator[Drawing]:
    """Yield the drawings of a course with their words."""
    said = tomllib.loads((course / "pictures" / "words.toml").read_text("utf-8"))
    sources = sorted((course / "pictures").glob("*.svg"))
    if lost := set(said) - {source.stem for source in sources}:
        message = f"words.toml speaks of drawings that are not there: {', '.join(sorted(lost))}"
        raise PictureError(message)
    for source in sources:
        drawing = Drawing(source, said.get(source.stem, {}))
        if unused := drawing.unused_words():
            message = f"{source.name} never says {', '.join(sorted(unused))}"
            raise PictureError(message)
        yield drawing


def written_pictures(course: Path) -> dict[Path, bytes]:
    """Return what each picture of a course must hold, by its address."""
    return {
        course / language / "static" / drawing.path.name: drawing.spoken(language)
        for drawing in drawings(course)
        for language in LANGUAGES
    }


def stale_pictures(course: Path) -> list[Path]:
    """Return the pictures of a course that are missing or older than their drawing and words."""
    return [path for path, held in written_pictures(course).items() if not path.exists() or path.read_bytes() != held]


def main(arguments: list[str]) -> int:
    """Write the pictures of all courses that have drawings, or only check them."""
    check = "--check" in arguments
    stale: list[Path] = []
    for words in sorted(COURSES.glob("*/pictures/words.toml")):
        course = words.parents[1]
        stale += stale_pictures(course)
        for path, held in ({} if check else written_pictures(course)).items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(held)
    for path in stale:
        print(f"{'stale' if check else 'written'}: {path.relative_to(ROOT)}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
