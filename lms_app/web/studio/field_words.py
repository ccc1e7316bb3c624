"""What the fields of blocks are called and explained as, in the trainer's language."""

from __future__ import annotations

from flask_babel import gettext

from lms_app.runtime.editable import EditableField
from lms_app.web.i18n import N_

LABELS: dict[str, str] = {
    "display_name": N_("Title"),
    "data": N_("Content"),
    "texts": N_("Texts"),
    "structure": N_("Questions and right answers"),
    "question": N_("Question"),
    "answers": N_("Answers"),
    "feedback": N_("Feedback"),
    "instructions": N_("Instructions"),
    "description": N_("Description"),
    "start": N_("Opens on"),
    "end": N_("Ends on"),
    "due": N_("To be done by"),
    "graded": N_("Counts for the grade"),
    "format": N_("Kind of assessment"),
    "weight": N_("Points"),
    "max_attempts": N_("Attempts allowed"),
    "showanswer": N_("Show the right answers"),
    "show_answers": N_("Show the right answers"),
    "show_correctness": N_("Show whether an answer is right"),
    "visible_to_staff_only": N_("Hidden from learners"),
    "hide_from_toc": N_("Left out of the outline"),
    "graceperiod": N_("Grace after the deadline"),
    "youtube_id_1_0": N_("YouTube video"),
    "html5_sources": N_("Addresses of the video files"),
    "transcripts": N_("Transcripts by language"),
    "rerandomize": N_("New numbers for each learner"),
    "course_image": N_("Picture of the course"),
}
HINTS: dict[str, str] = {
    "data": N_("HTML. Scripts, forms and frames by others are shown apart, in a frame of their own."),
    "start": N_("Date and hour, in universal time (UTC). Empty: as in the part above."),
    "due": N_("Date and hour, in universal time (UTC). Empty: as in the part above."),
    "end": N_("Date and hour, in universal time (UTC)."),
    "max_attempts": N_("Empty: as many as one wants."),
    "weight": N_("Empty: as the questions say."),
    "graceperiod": N_("In seconds, or as “2 days 3 hours 0 minutes 0 seconds”."),
    "structure": N_("Kinds, ids and right answers, for all languages. Take care: a changed id loses the answers given under it."),
    "html5_sources": N_("One address a line."),
}
CHOICES: dict[str, str] = {
    "never": N_("Never"),
    "always": N_("Always"),
    "answered": N_("Once answered"),
    "attempted": N_("Once tried"),
    "closed": N_("Once closed"),
    "finished": N_("Once right, or closed"),
    "correct_or_past_due": N_("Once right, or past the deadline"),
    "past_due": N_("Past the deadline"),
    "after_correct": N_("Once all is right"),
    "after_attempts_exhausted": N_("Once right, or no attempt is left"),
    "after_closed": N_("Once closed"),
}


def label_of(known: EditableField) -> str:
    """Return the field's name for people; the class's own where we have no words."""
    said = LABELS.get(known.name)
    return gettext(said) if said else known.label.replace("_", " ").capitalize()


def hint_of(known: EditableField) -> str:
    """Return what helps to fill it in."""
    said = HINTS.get(known.name)
    return gettext(said) if said else "" if known.name in LABELS else known.help


def choice_of(value: object, said: str) -> str:
    """Return a choice in words."""
    known = CHOICES.get(str(value))
    return gettext(known) if known else said
