"""A page: what stands in it, what shares a frame, and which scripts come when."""

from __future__ import annotations

from lms_app.domain.keys import BlockId
from lms_app.domain.learning import Rendered, Resource
from lms_app.runtime.page import assemble


def script(name: str) -> Resource:
    return Resource("url", name, "application/javascript", "foot")


def style(name: str) -> Resource:
    return Resource("url", name, "text/css", "head")


def shown(name: str, *resources: Resource, safe: bool = False, starts: str = "") -> Rendered:
    return Rendered(
        block=BlockId(name),
        block_type=name.split("/", maxsplit=1)[0],
        html=name,
        resources=resources,
        inline_safe=safe,
        needs_jquery=not safe,
        inits=(starts,) if starts else (),
    )


def test_neighbours_share_a_frame_and_the_rest_stands_in_the_page() -> None:
    page = assemble([shown("html/a", safe=True), shown("p/1"), shown("p/2"), shown("html/b", safe=True), shown("p/3")])
    told = [(segment.framed, [part.rendered.block for part in segment.parts]) for segment in page.segments]
    assert told == [(False, ["html/a"]), (True, ["p/1", "p/2"]), (False, ["html/b"]), (True, ["p/3"])]
    assert [segment.needs_jquery for segment in page.segments] == [False, True, False, True]
    assert page.is_framed
    assert not assemble([]).is_framed


def test_each_document_loads_a_thing_once() -> None:
    a, b, c = script("a"), script("b"), style("c")
    page = assemble([shown("p/1", a, b), shown("p/2", b, c), shown("html/x", safe=True), shown("p/3", a)])
    frames = [segment for segment in page.segments if segment.framed]
    assert [part.resources for part in frames[0].parts] == [(a, b), (c,)]
    assert frames[0].resources == (a, b, c)
    assert [part.resources for part in frames[1].parts] == [(a,)]


def test_the_page_itself_is_one_document_around_its_frames() -> None:
    a = script("quiz")
    page = assemble([shown("q/1", a, safe=True), shown("p/1"), shown("q/2", a, safe=True)])
    assert [part.resources for segment in page.segments if not segment.framed for part in segment.parts] == [(a,), ()]
    assert page.inline_resources == (a,)


def test_two_packages_with_a_function_of_one_name() -> None:
    ours, theirs, look = script("contrib/poll.js"), script("poll/poll.js"), style("poll.css")
    page = assemble(
        [
            shown("poll_question/1", ours, look, starts="PollBlock"),
            shown("poll/1", theirs, starts="PollBlock"),
            shown("poll_question/2", ours, look, starts="PollBlock"),
            shown("poll_question/3", ours, look, starts="PollBlock"),
        ]
    )
    assert [part.resources for part in page.segments[0].parts] == [(ours, look), (theirs,), (ours,), ()]
