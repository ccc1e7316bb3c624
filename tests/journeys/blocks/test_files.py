"""Photos and a voice handed in from a phone: made small, a face blurred, the place left out, recorded, seen again, taken back."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Locator, Page, expect

from tests.folder_block import SCRIPT, FolderBlock
from tests.journeys.blocks.writing import write_course
from tests.live import CHROMIUM, FLAGS, PATIENCE, Live, Visitor

sys.path.append(str(Path(__file__).parents[2] / "xblocks"))
from pictures import exif, segment

ROOT = Path(__file__).parents[3]
CONTRACT = ROOT / "xblocks" / "src" / "takwin_xblocks" / "contract"
STYLE = '@import "./coop.css"; @import "./files.css";'
BUNDLE = """
const esbuild = require("esbuild");
const [contents, loader, resolveDir] = process.argv.slice(1);
const made = esbuild.buildSync({
  stdin: { contents, loader, resolveDir }, bundle: true, minify: true, write: false, format: "iife", target: "chrome87",
});
process.stdout.write(made.outputFiles[0].text);
"""
PLAYS = """one => new Promise((done) => {
  one.onloadedmetadata = () => done("plays");
  one.onerror = () => done("is broken");
  setTimeout(() => done("is silent"), 30000);
  one.preload = "metadata";
  one.load();
})"""
MOST_BYTES = 200 * 1024


def bundled(contents: str, loader: str, folder: Path) -> bytes:
    """Return a script or a style as blocks serve it."""
    return subprocess.run(["node", "-e", BUNDLE, contents, loader, str(folder)], cwd=ROOT, check=True, capture_output=True).stdout


def photo() -> bytes:
    """Return a photo of four megapixels as a phone takes it: with its place, lying on its side; what stands for a face is striped."""
    made = io.BytesIO()
    picture = Image.effect_noise((300, 225), 60).resize((2400, 1800)).convert("RGB").point(lambda value: value // 3)
    for place in range(10):
        ImageDraw.Draw(picture).rectangle((1100 + 20 * place, 800, 1109 + 20 * place, 1000), fill="white")
    picture.save(made, "JPEG", quality=88)
    data = made.getvalue()
    return data[:2] + segment(0xE1, exif(turned=6)) + data[2:]


@pytest.fixture
def hearing(chromium: Browser) -> Iterator[Browser]:
    """A browser whose microphone hears a tone."""
    flags = (*FLAGS, "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=flags)
    yield browser
    browser.close()


@pytest.fixture
def folder(live: Live, tmp_path: Path) -> str:
    """The address of a unit with the block that takes files."""
    FolderBlock.made = {
        "public/tests.js": bundled(SCRIPT, "js", CONTRACT / "scripts"),
        "public/tests.css": bundled(STYLE, "css", CONTRACT / "styles"),
    }
    live.parts.host.types._classes["coop_folder"] = FolderBlock
    course = live.course(write_course(tmp_path / "c", {"folder": '<coop_folder url_name="f"/>'}, name="Files"))
    return live.unit_of(course, "coop_folder/f")


def stored(page: Page) -> list[bytes]:
    """Return what the site serves of the photos on the page."""
    addresses = page.locator(".coop-files__picture").evaluate_all("all => all.map((one) => one.href)")
    return [page.request.get(address).body() for address in addresses]


def test_a_photo_and_a_voice_are_handed_in_from_a_phone(live: Live, folder: str, hearing: Browser, tmp_path: Path) -> None:
    person = live.learner(folder.split("/")[4], language="en")
    context = hearing.new_context(viewport={"width": 360, "height": 740}, has_touch=True)
    context.add_cookies([{"name": "takwin", "value": live.people.cookie(person), "url": live.site, "httpOnly": True}])
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.goto(folder)
    block = page.locator("[data-coop=tests]")
    picture = tmp_path / "IMG_1.jpg"
    picture.write_bytes(photo())

    choose_photo(block, picture)
    blur(page, block.locator("[data-photo]").first)
    block.locator("[data-photo]").first.get_by_label("what does it show").fill("The press")
    record(block.locator("[data-voice]"))
    block.get_by_role("button", name="Send").click()
    expect(block.locator("[data-status]")).to_have_text("Kept.")

    shown = block.locator(".coop-files__picture img")
    expect(shown).to_have_attribute("alt", "The press")
    shown.scroll_into_view_if_needed()
    expect(shown).to_have_js_property("naturalHeight", 1280)
    [kept] = stored(page)
    assert len(kept) <= MOST_BYTES
    assert not re.search(rb"Exif|EXIF|GPS|XMP", kept)
    with Image.open(io.BytesIO(kept)) as seen:
        dark, light = seen.convert("L").crop((460, 620, 500, 660)).getextrema()
    assert light - dark < 40  # type: ignore[operator] -- nobody is known by what is left of the stripes
    assert block.locator("audio").evaluate(PLAYS) == "plays"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    # It is taken back with one button; nothing broke on the way.
    block.get_by_role("button", name="Remove").first.click()
    expect(block.locator(".coop-files__picture")).to_have_count(0)
    assert complaints == []
    context.close()


def choose_photo(block: Locator, picture: Path) -> None:
    """Choose a photo: it becomes small and upright before it is sent, and its place stays on the phone but for consent."""
    slots = block.locator("[data-photo]")
    first = slots.first
    expect(slots.nth(1)).to_be_hidden()  # the next one comes when it is needed
    first.locator("input[type=file]").set_input_files(picture)
    expect(first.locator("[data-told]")).to_contain_text("960 × 1280")
    assert first.locator("input[type=file]").evaluate("one => one.files[0].size") <= MOST_BYTES
    expect(first.locator("[data-position]")).to_have_value("")
    expect(slots.nth(1)).to_be_visible()
    block.get_by_label("Also keep where").check()
    expect(first.locator("[data-position]")).to_have_value("33.57,-7.59")
    block.get_by_label("Also keep where").uncheck()
    expect(first.locator("[data-position]")).to_have_value("")


def blur(page: Page, slot: Locator) -> None:
    """Blur with the keyboard alone, take that back, and blur with a finger."""
    told, canvas = slot.locator("[data-told]"), slot.locator("canvas")
    slot.get_by_role("button", name="Blur a face").click()
    canvas.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(told).to_contain_text("Blurred")
    slot.get_by_role("button", name="Undo").click()
    expect(told).to_contain_text("taken back")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    canvas.tap(position={"x": box["width"] / 2, "y": box["height"] / 2})
    expect(told).to_contain_text("Blurred")


def record(slot: Locator) -> None:
    """Record a voice until its time is over, and hear it again."""
    slot.get_by_role("button", name="Record").click()
    expect(slot.locator("[data-told]")).to_contain_text("Recorded")
    assert 500 < slot.locator("input[type=file]").evaluate("one => one.files[0].size") < 20_000
    slot.get_by_role("button", name="Listen").click()
    slot.get_by_role("button", name="Stop").click()
    expect(slot.get_by_role("button", name="Record again")).to_be_visible()


def test_without_a_microphone_the_file_field_stays_and_says_why(live: Live, folder: str, visitor: Callable[..., Visitor]) -> None:
    window = visitor(live, live.learner(folder.split("/")[4], language="en"))
    window.page.add_init_script("delete window.MediaRecorder")
    window.page.goto(folder)
    voice = window.page.locator("[data-voice]")
    expect(voice.locator("[data-told]")).to_contain_text("cannot record here")
    expect(voice.locator("[data-recorder]")).to_be_hidden()
    voice.locator("input[type=file]").set_input_files(
        {"name": "v.webm", "mimeType": "audio/webm", "buffer": b"\x1a\x45\xdf\xa3webm A_OPUS"}
    )
    window.page.get_by_role("button", name="Send").click()
    expect(window.page.locator("audio")).to_have_count(1)
    assert window.complaints == []
