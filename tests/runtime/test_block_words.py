"""Blocks speak the reader's language, Open edX's too."""

from __future__ import annotations

import html
import json

import pytest

from lms_app.domain.keys import BlockId
from lms_app.runtime.blocks.words import script_words, words_for
from lms_app.runtime.services import I18nService, i18n_for
from tests.fakes import SiteUrls, block, learner
from tests.runtime.hosting import Classroom

pytestmark = pytest.mark.filterwarnings("default")
CHOICE = """<problem><multiplechoiceresponse><choicegroup><choice correct="true">A</choice><choice correct="false">B</choice>
  </choicegroup></multiplechoiceresponse></problem>"""


def test_problems_speak_the_reader_s_language() -> None:
    room = Classroom((block("problem/p", data=CHOICE, max_attempts=3),))
    told = {
        language: html.unescape(html.unescape(room.show("problem/p", language=language).html)) for language in ("ar", "fr", "en")
    }
    assert "إرسال" in told["ar"]
    assert "المحاولات المستعملة: 0 من 3" in told["ar"]
    assert "Valider" in told["fr"]
    assert "Tentatives utilisées : 0 sur 3" in told["fr"]
    assert "You have used 0 of 3 attempts" in told["en"]


def test_answers_too() -> None:
    room = Classroom((block("problem/p", data=CHOICE),))
    answer = room.call("problem/p", "xmodule_handler", "input_p_2_1=choice_0", "problem_check", form=True, language="fr")
    assert "Exact (1/1 point)" in json.loads(answer.body)["contents"]


def test_words_may_be_in_another_language_than_the_page() -> None:
    room = Classroom((block("problem/p", data=CHOICE),))
    visit = room.host.visit(
        content=room.content(), learner=learner(language="en"), state=room.state, urls=SiteUrls(), view_language="fr"
    )
    assert "Valider" in html.unescape(visit.render(BlockId("problem/p")).html)


def test_scripts_get_their_words_with_all_plural_forms() -> None:
    arabic, french = script_words("ar"), script_words("fr")
    assert arabic["Play"] == "تشغيل"
    assert len(arabic["%(value)s hour"]) == 6
    assert french["%(value)s hour"] == ["%(value)s heure", "%(value)s heures"]
    assert set(arabic) == set(french)
    assert script_words("en") == {}


def test_a_package_s_own_translations_come_first() -> None:
    room = Classroom((block("poll/p"),))
    made = room.visit(language="fr")._runtime.block(BlockId("poll/p"))
    assert i18n_for(made, "fr").gettext("Submit") not in {"Submit", ""}
    service = I18nService("ar", words_for("ar"))
    assert service.ugettext("Submit") == "إرسال"
    assert service.get_language_bidi()
    assert service.get_javascript_i18n_catalog_url(made) is None
