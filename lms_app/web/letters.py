"""Letters that no page asks for: written when their day comes, in their reader's language."""

from __future__ import annotations

from urllib.parse import quote

from lms_app.adapters.mail import Letter
from lms_app.i18n import CODES, SOURCE
from lms_app.services.learning.reminding import ToWrite
from lms_app.web.i18n import words_in


def reminder_letter(about: ToWrite, *, site: str) -> Letter:
    """Write the letter that reminds of a plan. The address comes from the settings."""
    language = about.language if about.language in CODES else SOURCE
    words = words_in(language)
    question = words.ngettext(
        "One month since your plan: how far are you?", "%(num)s months since your plan: how far are you?", about.months
    ) % {"num": about.months}
    parts = (
        words.gettext("Hello %(name)s,") % {"name": about.name},
        words.gettext("You asked to be reminded of the plan that you made with your cooperative.") + "\n" + question,
        words.gettext("Look at each priority together, and write down what is done and what is in the way:"),
        f"{site}/courses/{quote(about.course, safe=':+')}/jump/{quote(about.block)}",
    )
    return Letter(to=about.email, subject=question, text="\n\n".join(parts) + "\n", language=language, person=about.person)
