"""A lesson to begin with, in the four beats of learning from experience: live it, look back, name it, try it.

Each text says what to write in its place, with the opening words of it; the author writes over them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import unescape
from typing import Any, Final

from lms_app.domain.content import Block
from lms_app.domain.keys import BlockId

_SCENARIO: Final[Mapping[str, Any]] = {
    "pass_share": "0.6",
    "steps_back": 1,
    "indicators": "end",
    "measures": [{"id": "trust"}],
    "nodes": [
        {
            "id": "n1",
            "choices": [
                {"id": "a", "to": "e1", "effects": [{"on": "trust", "by": 2}]},
                {"id": "b", "to": "e2", "effects": [{"on": "trust", "by": -2}]},
            ],
        },
        {"id": "e1", "ending": "best"},
        {"id": "e2", "ending": "poor"},
    ],
}
_QUIZ: Final[Mapping[str, Any]] = {
    "questions": [
        {
            "id": "q1",
            "kind": "single",
            "shuffle": True,
            "choices": [{"id": "a", "correct": True}, {"id": "b", "correct": False}, {"id": "c", "correct": False}],
        }
    ]
}
_PLAN: Final[Mapping[str, Any]] = {"priorities": 1, "steps": 2, "months": "3", "suggestions": []}

_MAY_STAY: Final = frozenset(("trust/name", "e1/title", "e2/title"))
"""Texts of the template that are good as they are."""
_HEADING: Final = re.compile(r"<h3>.*?</h3>")
_ADVICE: Final = re.compile(r"<em>(.*?)</em>")
_TAG: Final = re.compile(r"<[^<>]*>")


@dataclass(frozen=True)
class Piece:
    """One block of the template."""

    type: str
    title: str
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class Beat:
    """One unit of the template."""

    title: str
    pieces: Sequence[Piece]


@dataclass(frozen=True)
class LessonTemplate:
    """The template in one language."""

    chapter: str
    lesson: str
    beats: Sequence[Beat]

    def types(self) -> list[str]:
        """Return the types of all its blocks, in the order in which `blocks` names them."""
        return ["sequential", *(kind for beat in self.beats for kind in ("vertical", *(each.type for each in beat.pieces)))]

    def blocks(self, names: Sequence[BlockId], *, title: str = "") -> list[Block]:
        """Return its blocks under these names, the lesson itself first."""
        waiting = iter(names)
        lesson, units, rest = next(waiting), list[Block](), list[Block]()
        for beat in self.beats:
            unit = next(waiting)
            pieces = [Block(next(waiting), each.type, {"display_name": each.title, **each.fields}) for each in beat.pieces]
            units.append(Block(unit, "vertical", {"display_name": beat.title}, tuple(each.id for each in pieces)))
            rest += pieces
        top = Block(lesson, "sequential", {"display_name": title or self.lesson}, tuple(each.id for each in units))
        return [top, *units, *rest]


def lesson_template(language: str) -> LessonTemplate:
    """Return the template in a language that courses are written in."""
    return _made(_WORDS[language])


def left_of_template(text: str) -> str:
    """Return the first words of the template that still stand in a text, or nothing."""
    return next((piece for piece in _pieces(text) if piece in _to_replace()), "")


@cache
def _to_replace() -> frozenset[str]:
    """Return what the template says only to be written over, in every language."""
    found: set[str] = set()
    for words in _WORDS.values():
        for name in ("scenario", "quiz", "plan"):
            found.update(text for path, text in words[name].items() if path not in _MAY_STAY)
        for text in (words["story"], _HEADING.sub("", words["concept"]), *_ADVICE.findall(words["questions"])):
            found.update(_pieces(text))
    return frozenset(found)


def _pieces(text: str) -> list[str]:
    """Return the words between the tags of a text."""
    return [said for piece in _TAG.split(text) if (said := " ".join(unescape(piece).split()))]


def _made(words: Mapping[str, Any]) -> LessonTemplate:
    scenario = {"structure": _SCENARIO, "texts": words["scenario"]}
    quiz = {"structure": _QUIZ, "texts": words["quiz"], "max_attempts": 3}
    plan = {"structure": _PLAN, "texts": words["plan"]}
    live, back, name, act = words["beats"]
    titles = words["titles"]
    beats = (
        Beat(
            live, (Piece("html", titles["story"], {"data": words["story"]}), Piece("coop_scenario", titles["scenario"], scenario))
        ),
        Beat(back, (Piece("html", titles["questions"], {"data": words["questions"]}),)),
        Beat(name, (Piece("html", titles["concept"], {"data": words["concept"]}),)),
        Beat(act, (Piece("coop_quiz", titles["quiz"], quiz), Piece("coop_plan", titles["plan"], plan))),
    )
    return LessonTemplate(words["chapter"], words["lesson"], beats)


_WORDS: Final[Mapping[str, Mapping[str, Any]]] = {
    "en": {
        "chapter": "Chapter 1",
        "lesson": "First lesson",
        "beats": ("Live it", "Look back", "Name it", "Try it"),
        "titles": {
            "story": "A story to begin with",
            "scenario": "What would you do?",
            "questions": "Questions to look back",
            "concept": "The idea in a few words",
            "quiz": "Did I understand?",
            "plan": "What I will do",
        },
        "story": (
            "<p><em>Write here a short story that your learners could have lived: who, where, what went wrong. Ten lines are "
            "enough. A picture of the place helps more than a definition.</em></p>\n"
            "<p>It is the evening of the market. Khadija counts the cash box for the second time…</p>\n"
        ),
        "scenario": {
            "intro": "Write in two sentences who the learner is in this story, and what they have to decide.",
            "trust/name": "Member trust",
            "n1/situation": "Write the situation here: what is seen, what is said, what is at stake.",
            "n1/a": "Write the better decision here.",
            "n1/a/consequence": "Say what follows from it.",
            "n1/b": "Write here the decision that many would take, and that costs something.",
            "n1/b/consequence": "Say what follows from it, without blaming.",
            "e1/title": "It went well",
            "e1/situation": "Write how the story ends, and why.",
            "e2/title": "It could have gone better",
            "e2/situation": "Write how the story ends, and what would have helped.",
            "debrief": "Write one question to talk about together.",
        },
        "questions": (
            "<p><em>Three questions without a right answer, to be talked about in twos or written down. Keep those that fit.</em></p>\n"
            "<ol>\n<li>What happened, step by step? Who felt what?</li>\n<li>Where have you seen something like it in your own "
            "cooperative?</li>\n<li>What would you do otherwise now, and what would stop you?</li>\n</ol>\n"
        ),
        "concept": (
            "<p><em>Name the idea that the story holds. One definition, one picture or table, one example: more belongs in the "
            "next lesson.</em></p>\n<h3>In one sentence</h3>\n<p>Write the definition in words of every day.</p>\n"
            "<h3>How it works</h3>\n<ul>\n<li>First…</li>\n<li>Then…</li>\n<li>At the end…</li>\n</ul>\n"
            "<h3>An example</h3>\n<p>Take the figures of the story and show it with them.</p>\n"
        ),
        "quiz": {
            "q1/prompt": "Write a question here that is answered by thinking, not by remembering a word.",
            "q1/a": "The right answer",
            "q1/a/feedback": "Say why it is right.",
            "q1/b": "A mistake that people really make",
            "q1/b/feedback": "Say what leads to it, and what to look at again.",
            "q1/c": "Another mistake that people really make",
            "q1/c/feedback": "Say what leads to it.",
            "q1/hint": "Write a hint that helps without telling.",
        },
        "plan": {
            "intro": "Ask for one thing that the learner will do in their own cooperative before the next lesson.",
            "indicator": "Count something that the members already write down.",
        },
    },
    "fr": {
        "chapter": "Module 1",
        "lesson": "Première leçon",
        "beats": ("Vivre", "Revenir dessus", "Nommer", "Essayer"),
        "titles": {
            "story": "Une histoire pour commencer",
            "scenario": "Que feriez-vous ?",
            "questions": "Questions pour revenir dessus",
            "concept": "L’idée en quelques mots",
            "quiz": "Ai-je compris ?",
            "plan": "Ce que je vais faire",
        },
        "story": (
            "<p><em>Écrivez ici une courte histoire que vos apprenants auraient pu vivre : qui, où, ce qui s’est mal passé. Dix "
            "lignes suffisent. Une image du lieu aide plus qu’une définition.</em></p>\n"
            "<p>C’est le soir du marché. Khadija compte la caisse pour la deuxième fois…</p>\n"
        ),
        "scenario": {
            "intro": "Écrivez en deux phrases qui est l’apprenant dans cette histoire et ce qu’il doit décider.",
            "trust/name": "Confiance des membres",
            "n1/situation": "Écrivez ici la situation : ce que l’on voit, ce que l’on dit, ce qui est en jeu.",
            "n1/a": "Écrivez ici la meilleure décision.",
            "n1/a/consequence": "Dites ce qui en découle.",
            "n1/b": "Écrivez ici la décision que beaucoup prendraient, et qui coûte quelque chose.",
            "n1/b/consequence": "Dites ce qui en découle, sans juger.",
            "e1/title": "Tout s’est bien passé",
            "e1/situation": "Écrivez comment l’histoire finit, et pourquoi.",
            "e2/title": "On aurait pu mieux faire",
            "e2/situation": "Écrivez comment l’histoire finit, et ce qui aurait aidé.",
            "debrief": "Écrivez une question à discuter ensemble.",
        },
        "questions": (
            "<p><em>Trois questions sans bonne réponse, à discuter à deux ou à écrire. Gardez celles qui conviennent.</em></p>\n"
            "<ol>\n<li>Que s’est-il passé, étape par étape ? Qui a ressenti quoi ?</li>\n<li>Où avez-vous vu quelque chose de "
            "semblable dans votre coopérative ?</li>\n<li>Que feriez-vous autrement aujourd’hui, et qu’est-ce qui vous en empêcherait ?"
            "</li>\n</ol>\n"
        ),
        "concept": (
            "<p><em>Nommez l’idée que l’histoire contient. Une définition, une image ou un tableau, un exemple : le reste va dans la "
            "leçon suivante.</em></p>\n<h3>En une phrase</h3>\n<p>Écrivez la définition avec les mots de tous les jours.</p>\n"
            "<h3>Comment cela marche</h3>\n<ul>\n<li>D’abord…</li>\n<li>Puis…</li>\n<li>À la fin…</li>\n</ul>\n"
            "<h3>Un exemple</h3>\n<p>Prenez les chiffres de l’histoire et montrez-le avec eux.</p>\n"
        ),
        "quiz": {
            "q1/prompt": "Écrivez ici une question à laquelle on répond en réfléchissant, pas en se rappelant un mot.",
            "q1/a": "La bonne réponse",
            "q1/a/feedback": "Dites pourquoi elle est juste.",
            "q1/b": "Une erreur que l’on fait vraiment",
            "q1/b/feedback": "Dites ce qui y mène, et ce qu’il faut revoir.",
            "q1/c": "Une autre erreur que l’on fait vraiment",
            "q1/c/feedback": "Dites ce qui y mène.",
            "q1/hint": "Écrivez un indice qui aide sans donner la réponse.",
        },
        "plan": {
            "intro": "Demandez une seule chose que l’apprenant fera dans sa coopérative avant la leçon suivante.",
            "indicator": "Comptez quelque chose que les membres notent déjà.",
        },
    },
    "ar": {
        "chapter": "الفصل 1",
        "lesson": "الدرس الأول",
        "beats": ("نعيش", "نتأمل", "نسمّي", "نجرّب"),
        "titles": {
            "story": "قصة للبداية",
            "scenario": "ماذا كنت ستفعل؟",
            "questions": "أسئلة للتأمل",
            "concept": "الفكرة في كلمات قليلة",
            "quiz": "هل فهمت؟",
            "plan": "ما سأقوم به",
        },
        "story": (
            "<p><em>اكتب هنا قصة قصيرة كان يمكن أن يعيشها المتعلمون: من، وأين، وما الذي لم يسر كما يجب. عشرة أسطر تكفي. صورة "
            "للمكان تفيد أكثر من تعريف.</em></p>\n<p>إنه مساء يوم السوق. خديجة تعدّ نقود الصندوق للمرة الثانية…</p>\n"
        ),
        "scenario": {
            "intro": "اكتب في جملتين من هو المتعلم في هذه القصة، وما الذي عليه أن يقرره.",
            "trust/name": "ثقة الأعضاء",
            "n1/situation": "اكتب الوضعية هنا: ما الذي يُرى، وما الذي يقال، وما الذي هو على المحك.",
            "n1/a": "اكتب هنا القرار الأفضل.",
            "n1/a/consequence": "قل ما الذي يترتب عنه.",
            "n1/b": "اكتب هنا القرار الذي قد يتخذه كثيرون، وله ثمن.",
            "n1/b/consequence": "قل ما الذي يترتب عنه، دون لوم.",
            "e1/title": "سارت الأمور على خير",
            "e1/situation": "اكتب كيف تنتهي القصة، ولماذا.",
            "e2/title": "كان يمكن أن تسير أفضل",
            "e2/situation": "اكتب كيف تنتهي القصة، وما الذي كان سيساعد.",
            "debrief": "اكتب سؤالا واحدا للنقاش معا.",
        },
        "questions": (
            "<p><em>ثلاثة أسئلة ليس لها جواب صحيح واحد، للنقاش مثنى أو للكتابة. احتفظ بما يناسب.</em></p>\n"
            "<ol>\n<li>ماذا حدث، خطوة بخطوة؟ من شعر بماذا؟</li>\n<li>أين رأيت شيئا مشابها في تعاونيتك؟</li>\n"
            "<li>ماذا كنت ستفعل اليوم بشكل آخر، وما الذي قد يمنعك؟</li>\n</ol>\n"
        ),
        "concept": (
            "<p><em>سمِّ الفكرة التي تحملها القصة. تعريف واحد، وصورة أو جدول، ومثال: والباقي في الدرس التالي.</em></p>\n"
            "<h3>في جملة واحدة</h3>\n<p>اكتب التعريف بكلمات كل يوم.</p>\n<h3>كيف يتم ذلك</h3>\n<ul>\n<li>أولا…</li>\n<li>ثم…</li>\n"
            "<li>وأخيرا…</li>\n</ul>\n<h3>مثال</h3>\n<p>خذ أرقام القصة وبيّن بها الفكرة.</p>\n"
        ),
        "quiz": {
            "q1/prompt": "اكتب هنا سؤالا يجاب عنه بالتفكير، لا بتذكر كلمة.",
            "q1/a": "الجواب الصحيح",
            "q1/a/feedback": "قل لماذا هو صحيح.",
            "q1/b": "خطأ يقع فيه الناس فعلا",
            "q1/b/feedback": "قل ما الذي يؤدي إليه، وما الذي تجب مراجعته.",
            "q1/c": "خطأ آخر يقع فيه الناس فعلا",
            "q1/c/feedback": "قل ما الذي يؤدي إليه.",
            "q1/hint": "اكتب تلميحا يساعد دون أن يعطي الجواب.",
        },
        "plan": {
            "intro": "اطلب شيئا واحدا سيقوم به المتعلم في تعاونيته قبل الدرس التالي.",
            "indicator": "عُدَّ شيئا يدوّنه الأعضاء من قبل.",
        },
    },
}
