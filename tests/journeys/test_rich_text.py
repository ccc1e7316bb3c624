"""A trainer writes a text in Arabic as learners will read it: nothing is lost on the way in, nothing hostile on the way out."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from sqlalchemy import select

from lms_app.domain.actors import SITE, Actor, Role
from lms_app.domain.keys import PersonId
from lms_app.model import Course
from lms_app.runtime.blocks.sanitising import authored, sanitise
from lms_app.services.authoring.editing import open_block
from lms_app.services.authoring.publishing import publish_draft
from lms_app.storage.transaction import transaction
from tests.course_files import KEY, files_of, write_folder
from tests.journeys.axe import bring, faults
from tests.live import Live, Visitor, serving
from tests.runtime.test_html_block import PLAIN

PASTED = Path(__file__).parent.parent / "fixtures" / "pasted"
STATIC = "\n".join(text for text in PLAIN if "<video" not in text) + "\n<p>a <b>b</b>\t c</p><dl><dt>d</dt><dd>e</dd></dl>"
FRAMED = '<p>قبل</p><iframe src="https://example.org"></iframe>'
COURSE = files_of(
    '<chapter url_name="c" display_name="الفصل"><sequential url_name="s" display_name="الدرس"><vertical url_name="v" display_name="الوحدة">'
    '<html url_name="a" display_name="نص">&lt;p&gt;أول&lt;/p&gt;</html>'
    f'<html url_name="b" display_name="كل شيء">{escape(STATIC)}</html>'
    f'<html url_name="c" display_name="إطار">{escape(FRAMED)}</html>'
    "</vertical></sequential></chapter>",
    policies__run__policy_json='{"course/run": {"display_name": "دورة", "language": "ar", "start": "2026-01-01T00:00:00Z"}}',
)
PASTE = """html => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
AT_THE_END = """() => {
  const { doc, selection } = document.querySelector("[data-rich]").richText.view.state;
  return selection.to >= doc.content.size - 2;
}"""
FROM_WORD = """<h3>ماذا نبيع؟</h3>
<p><strong>الحليب</strong> و<em>الجبن</em>، انظر <a href="https://example.org/milk">السوق</a>.</p>
<ul>
<li>الجودة<ul>
<li>النظافة</li>
</ul></li>
<li>السعر</li>
</ul>
<ol>
<li>الحلب</li>
<li>التبريد</li>
</ol>
<table>
<tbody>
<tr>
<td>الشهر</td>
<td colspan="2">اللترات</td>
</tr>
</tbody>
</table>"""
WRITTEN = f"""<p>أول</p>
<h3>عنوان</h3>
<p><strong>مهم</strong> جدا</p>
<div class="tk-callout tk-callout--warning" role="note">
<p><strong>تنبيه</strong></p>
<p>احذر</p>
</div>
<table>
<thead>
<tr>
<th scope="col">الشهر</th>
<th scope="col">الثمن</th>
<th scope="col"></th>
</tr>
</thead>
<tbody>
<tr>
<td></td>
<td></td>
<td></td>
</tr>
</tbody>
</table>
<figure>
<img src="/static/عنزة.webp" alt="عنزة" srcset="/static/عنزة-480w.webp 480w, /static/عنزة.webp 900w" \
sizes="(max-width: 30rem) 60vw, (max-width: 45rem) 92vw, 42rem" width="900" height="600" loading="lazy">
<figcaption>في الوادي</figcaption>
</figure>
{FROM_WORD}"""
FROM_ELSEWHERE = {
    "google-docs": """<h3 dir="ltr">Notre marché</h3>
<p dir="ltr"><strong>Du lait</strong><em> cru</em>, deux fois par jour.</p>
<ul>
<li dir="ltr">Le souk</li>
<li dir="ltr">L’épicerie</li>
</ul>
<table>
<tbody>
<tr>
<td><p dir="ltr">Litre</p></td>
</tr>
</tbody>
</table>""",
    "libreoffice": """<p><strong>Une règle</strong> : on <u>compte</u> chaque soir.</p>
<ol>
<li>ouvrir</li>
<li>compter</li>
</ol>""",
    "whatsapp": "<p>السلام عليكم <strong>غدا</strong> الاجتماع 🐐</p>",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with serving(tmp_path_factory.mktemp("texts")) as live:
        live.course(write_folder({**COURSE, "static/a.png": goat()}, tmp_path_factory.mktemp("course") / "in"))
        yield live


def stored(site: Live, block: str) -> str:
    with transaction(site.parts.sessions, writes=False) as session:
        return str(open_block(session, KEY, block, types=site.parts.host.types).fields["data"])


def open_text(page: Page, site: Live, block: str) -> None:
    page.goto(f"{site.site}/studio/{KEY}/block/{block}")
    page.wait_for_selector("[data-rich] [role=toolbar]:visible")


def holds(page: Page, text: str) -> None:
    expect(page.locator("textarea[name=f-data]")).to_have_value(text)


def at_rest(page: Page) -> None:
    """Let the editor learn where the keys have brought the cursor: browsers tell it a moment later."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")


def goat(colour: str = "tan") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (900, 600), colour).save(file, "PNG")
    return file.getvalue()


def add_picture(page: Page) -> None:
    page.click("[data-do=image]")
    page.wait_for_selector(".st-picker[open]")
    page.set_input_files("#st-picker-file", {"name": "عنزة.png", "mimeType": "image/png", "buffer": goat("teal")})
    page.locator("[data-picker=alt]").wait_for()
    page.click("[data-picker=describe] button[type=submit]")
    expect(page.locator("#st-picker-wrong")).to_be_visible()  # none without its description
    page.fill("[data-picker=alt]", "عنزة")
    page.fill("[data-picker=caption]", "في الوادي")
    page.click("[data-picker=describe] button[type=submit]")
    page.wait_for_selector(".ProseMirror figure img")


def to_the_end(page: Page) -> None:
    """Put the cursor behind everything, and wait until the editor knows."""
    page.click(".ProseMirror")
    page.keyboard.press("Control+End")
    page.wait_for_function(AT_THE_END)


def write(page: Page) -> None:
    to_the_end(page)
    for key in ("Enter", "عنوان", "Control+Alt+3", "Enter", "Control+b", "مهم", "Control+b", " جدا", "Enter", "احذر"):
        page.keyboard.press(key) if key.isascii() and key != " " else page.keyboard.insert_text(key)
    page.select_option("[data-choose=box]", "warning")
    for key in ("Enter", "Enter"):
        page.keyboard.press(key)
    page.click("[data-do=table]")
    page.keyboard.insert_text("الشهر")
    page.keyboard.press("Tab")
    page.keyboard.insert_text("الثمن")
    page.click("[data-do=row-remove]")  # the head goes, and comes back
    page.click("[data-do=undo]")
    page.keyboard.press("ArrowDown")
    at_rest(page)
    page.click("[data-do=row-remove]")
    to_the_end(page)
    add_picture(page)
    to_the_end(page)
    page.evaluate(PASTE, (PASTED / "word.html").read_text("utf-8"))


def test_a_text_is_written_pasted_into_and_stored_as_it_was_seen(site: Live, visitor: Callable[..., Visitor]) -> None:
    with transaction(site.parts.sessions, writes=False) as session:
        number = session.scalar(select(Course.id).where(Course.key == KEY))
    assert number is not None
    trainer = site.people.trainer(number, language="ar")
    window = visitor(site, trainer, viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page = window.page
    bring(window.context)

    # Everything that a course may hold already is opened, and left as it was to the byte.
    open_text(page, site, "html/b")
    expect(page.locator(".ProseMirror")).to_be_visible()
    page.locator(".ProseMirror").press("End")
    at_rest(page)
    holds(page, STATIC)

    # What can't be held is never dropped: it stands as HTML, and the reason is said.
    open_text(page, site, "html/c")
    expect(page.locator("textarea[name=f-data]")).to_be_visible()
    expect(page.locator("[data-rich-reason]")).to_contain_text("iframe")
    holds(page, FRAMED)

    open_text(page, site, "html/a")
    assert faults(page) == []
    page.locator("[data-do=bold]").focus()
    page.keyboard.press("ArrowLeft")  # towards the end of the row, in Arabic
    expect(page.locator("[data-do=italic]")).to_be_focused()
    write(page)
    holds(page, WRITTEN)
    with page.expect_navigation():
        page.click("form[data-editing] button[type=submit]")
    assert stored(site, "html/a") == WRITTEN
    assert authored(WRITTEN) == WRITTEN
    assert sanitise(WRITTEN).is_whole

    open_text(page, site, "html/b")
    for name, expected in FROM_ELSEWHERE.items():
        text = page.locator(".ProseMirror")
        text.press("Control+a")
        at_rest(page)
        text.press("Delete")
        at_rest(page)
        page.evaluate(PASTE, (PASTED / f"{name}.html").read_text("utf-8"))
        holds(page, expected)
    assert window.complaints == []
    a_phone_gets_the_small_picture(site, visitor)


def a_phone_gets_the_small_picture(site: Live, visitor: Callable[..., Visitor]) -> None:
    """Publish what was written, and look at it as a learner."""
    admin = Actor(PersonId(site.people.admin()), roles=frozenset({(Role.SITE_ADMIN, SITE)}))
    with transaction(site.parts.sessions) as session:
        publish_draft(session, admin, KEY, now=site.parts.clock())
    window = visitor(site, site.learner(KEY), viewport={"width": 360, "height": 740}, device_scale_factor=2)
    page = window.page
    page.goto(site.unit_of(KEY, "html/a"))
    image = page.locator("figure img[alt='عنزة']")
    image.scroll_into_view_if_needed()
    expect(image).to_have_js_property("complete", value=True)
    image.evaluate("image => image.decode()")
    assert image.evaluate("image => decodeURI(image.currentSrc).split('/').pop()") == "عنزة-480w.webp"
    assert page.evaluate("document.documentElement.scrollWidth") == 360
