"""What blocks that people judge can earn is known before anybody was judged: a grade counts it against who never came."""

from __future__ import annotations

import pytest

from lms_app.runtime.points import possible_points
from tests.course_files import files_of, imported

TWO = '<halfday id="am" starts="09:00" hours="3.5"/><halfday id="pm" starts="14:00" hours="3"/>'
THREE = '<item id="a">A</item><item id="b">B</item><item id="c">C</item>'
BLOCKS = {
    "coop_attendance": (f'<coop_attendance url_name="x">{TWO}</coop_attendance>', 6.5),
    "coop_observation": (f'<coop_observation url_name="x">{THREE}</coop_observation>', 6.0),
    "coop_evidence": ('<coop_evidence url_name="x" pieces="3"><prompt>Go there.</prompt></coop_evidence>', 1.0),
}


@pytest.mark.filterwarnings("ignore:Setting _field_data:DeprecationWarning")  # a block outside any page is made so
@pytest.mark.parametrize(("xml", "points"), BLOCKS.values(), ids=BLOCKS.keys())
def test_a_block_says_what_it_can_earn_outside_any_page(xml: str, points: float) -> None:
    found = imported(files_of(f'<chapter url_name="c">{xml}</chapter>')).content.blocks.values()
    assert [possible_points(one) for one in found if one.type.startswith("coop_")] == [points]
