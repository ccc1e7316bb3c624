"""Whatever an author or a learner writes, a worksheet answers at once, in a page of sane size, and tells nothing it hides."""

from __future__ import annotations

from memory_host import Host

COLUMN = '<column id="a"><name>A</name></column>'


def worksheet(inside: str, **settings: str) -> str:
    written = "".join(f' {name}="{value}"' for name, value in settings.items())
    return f"<coop_worksheet{written}>{inside}</coop_worksheet>"


# --- what an app is told ---


def test_an_app_is_told_the_figures_of_the_page_and_no_other():
    host = Host(
        worksheet(
            '<figure id="price" usual="12.5"><name>Price</name></figure>'
            '<figure id="answer" formula="price * 3"/>'
            '<figure id="quiet" usual="4" listed="false"><name>Quiet</name></figure>'
            f'{COLUMN}<row id="r" kind="input" formula="answer"><name>R</name></row>'
        )
    )
    assert host.block().student_view_data()["figures"] == [{"name": "Price", "value": "12.5"}]
    page = host.page()
    assert ("Price" in page, "Quiet" in page, "37.5" in page) == (True, False, False)
