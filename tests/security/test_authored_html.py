"""What the editor of texts sends is held to a list on the server: whoever sends it, nothing in it runs."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st
from lxml import html as lxml_html

from lms_app.runtime.blocks.sanitising import ACTIVE, authored, sanitise
from lms_app.runtime.editable import EditableField
from lms_app.web.studio.fields import sent_changes
from tests.runtime.test_html_block import ACTIVE_TEXTS, ATTACKS

BYPASSES = [
    # mutation: markup that is harmless as it stands, and something else once a browser has written and read it again
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    "<noscript><style></noscript><img src=x onerror=alert(1)></style></noscript>",
    "<table><td><svg><desc><table><script>alert(1)</script>",
    '<p id="</textarea><img src=x onerror=alert(1)>"><textarea></p></textarea>',
    # pages inside pages, and addresses that are documents
    '<iframe srcdoc="&lt;script&gt;alert(1)&lt;/script&gt;"></iframe>',
    '<img src="data:image/svg+xml,<svg onload=alert(1)>">',
    '<a href="data:text/html,<script>alert(1)</script>">a</a>',
    '<object data="data:text/html,x"></object><embed src="javascript:alert(1)">',
    # addresses that hide what they are
    '<a href="java\nscript:alert(1)">a</a>',
    '<a href="\x01javascript:alert(1)">a</a>',
    '<a href="javascript&colon;alert(1)">a</a>',
    '<video poster="javascript:alert(1)"></video>',
    # looks that act
    '<p style="background:url(//evil.example/x)">a</p>',
    '<p style="position:fixed;inset:0;color:red">a</p>',
    '<p style="width:expression(alert(1))">a</p>',
    # other namespaces
    '<math><maction actiontype="statusline#" xlink:href="javascript:alert(1)">a</maction></math>',
    '<svg><a xlink:href="javascript:alert(1)"><text>a</text></a></svg>',
    '<svg><use href="data:image/svg+xml,<svg id=x><script>1</script></svg>#x"></use></svg>',
    # ends of lines that scripts know and pages don't
    '<p title="a\u2028onclick=alert(1)">a\u2029b</p>',
    '<div class="xblock xblock-v1" data-init="Evil">a</div>',
    '<form action="/sign-out" method="post"><button formaction="javascript:1">a</button></form>',
]
MADE_HERE = """<h3>العنوان</h3>
<p dir="ltr">Un <strong>texte</strong>&nbsp;: <em>voir</em> <a href="https://example.org/?a=1&amp;b=2">là</a><br>x &lt; 3</p>
<div class="tk-callout tk-callout--key" role="note">
<p><strong>Idée clé</strong></p>
<p>…</p>
</div>
<table>
<caption>Prix</caption>
<thead>
<tr>
<th scope="col">a</th>
<th scope="colgroup" colspan="2">b</th>
</tr>
</thead>
<tbody>
<tr>
<td rowspan="2">1</td>
<td>2</td>
<td>3</td>
</tr>
</tbody>
</table>
<details>
<summary>Plus</summary>
<p>…</p>
</details>
<figure>
<img src="/static/ماعز.webp" alt="" srcset="/static/ماعز-480w.webp 480w, /static/ماعز.webp 900w" sizes="42rem" width="900" loading="lazy">
<figcaption>Chèvre</figcaption>
</figure>"""


@pytest.mark.parametrize("text", BYPASSES + ATTACKS + ACTIVE_TEXTS)
def test_nothing_that_acts_survives_and_twice_is_once(text: str) -> None:
    cleaned = authored(text)
    _assert_harmless(cleaned)
    assert authored(cleaned) == cleaned


@given(st.text(alphabet=st.sampled_from("<>/\"'= abmathsvgstylenoscript:&;#x!-\t\n\u2028")))
def test_whatever_is_sent_is_harmless_and_stays_as_it_is(text: str) -> None:
    cleaned = authored(text)
    _assert_harmless(cleaned)
    assert authored(cleaned) == cleaned


def test_what_the_editor_makes_comes_back_byte_for_byte_and_stands_in_the_page() -> None:
    assert authored(MADE_HERE) == MADE_HERE
    assert sanitise(MADE_HERE).is_whole


def test_the_mark_of_the_editor_decides() -> None:
    form = (EditableField("data", "source", "Data", "", "", is_translatable=True),)
    acting = "<p>a</p><script>1</script>"
    by_editor = sent_changes(form, {"data": ""}, {"f-data": acting, "f-data.rich": "1"}, source=None)
    by_hand = sent_changes(form, {"data": ""}, {"f-data": acting, "f-data.rich": ""}, source=None)
    assert (by_editor, by_hand) == ({"data": "<p>a</p>"}, {"data": acting})


def _assert_harmless(text: str) -> None:
    assert not {"\u2028", "\u2029"} & set(text)
    for element in lxml_html.fragment_fromstring(text, create_parent="div").iter():
        assert element.tag not in ACTIVE | {"noscript", "textarea"}
        for name, value in element.attrib.items():
            assert not name.startswith(("on", "data-", "formaction", "xlink"))
            assert name not in {"srcdoc", "name", "action"}
            if name in {"href", "src", "poster"}:
                address = "".join(value.split()).lower().lstrip("\x01")
                assert not address.startswith(("javascript", "vbscript", "data:text", "data:image/svg"))
            if name == "style":
                assert not {"url", "position", "expression"} & set(value.lower().replace("(", ":").replace(";", ":").split(":"))
            if name == "class":
                assert not any(part.startswith("xblock") for part in value.split())
