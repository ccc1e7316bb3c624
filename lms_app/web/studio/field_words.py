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
    "question_text": N_("What is to be done"),
    "questions": N_("Questions"),
    "attempts_before_showanswer_button": N_("Tries before the right answers"),
    "force_save_button": N_("Button to keep an answer"),
    "grading_method": N_("Which try counts"),
    "show_reset_button": N_("Button to begin again"),
    "submission_wait_seconds": N_("Pause between tries, in seconds"),
    "download_track": N_("The transcript can be taken along"),
    "download_video": N_("The film can be taken along"),
    "start_time": N_("Play from"),
    "end_time": N_("Stop at"),
    "show_captions": N_("Words shown from the start"),
    "handout": N_("File that goes with it"),
    "thumbnail": N_("Picture before the film"),
    "max_submissions": N_("How often one may vote"),
    "private_results": N_("Results for the team only"),
    "block_name": N_("Name in reports"),
    "display_student_percents": N_("Show the share of each word"),
    "num_inputs": N_("Words from each learner"),
    "num_top_words": N_("Words in the cloud"),
    "max_count": N_("How many each learner gets"),
    "allow_resetting_children": N_("Learners may ask for others"),
    "advertised_start": N_("Beginning, in words"),
    "catalog_visibility": N_("Place in the list of courses"),
    "display_coursenumber": N_("Number that is shown"),
    "display_organization": N_("Organisation that is shown"),
    "enrollment_start": N_("Enrolment opens on"),
    "enrollment_end": N_("Enrolment closes on"),
    "hide_after_due": N_("Closed after the deadline"),
    "shuffle": N_("Shuffle the choices"),
    "group_mode": N_("Offer the group mode"),
    "code": N_("Code of numbers"),
    "draws": N_("Numbers"),
    "example_set": N_("Example set"),
    "learners_choose": N_("Learners choose the example set"),
    "hint_after": N_("Hints from attempt"),
    "item_background_color": N_("Colour of the labels"),
    "item_text_color": N_("Colour of their words"),
    "max_items_per_zone": N_("Labels in one place"),
    "mode": N_("Way of doing it"),
    "show_question_header": N_("Show the word Problem"),
    "show_title": N_("Show the title"),
    "align": N_("Side"),
    "discussion_category": N_("Heading of the discussion"),
    "discussion_target": N_("Subject of the discussion"),
    "launch_url": N_("Address of the tool"),
    "button_text": N_("Words on the button"),
    "open_in_a_new_page": N_("Open beside the course"),
    "has_score": N_("Points come back"),
    "url": N_("Address of the PDF"),
    "allow_download": N_("The file can be taken along"),
    "source_text": N_("Words on the link to the source"),
    "source_url": N_("Address of the source"),
    "conditional_message": N_("What is said while waiting"),
    "markdown": N_("Question in simple lines"),
}
HINTS: dict[str, str] = {
    "data": N_("HTML. Scripts, forms and frames by others are shown apart, in a frame of their own."),
    "start": N_("Empty: as in the part above."),
    "due": N_("Empty: as in the part above."),
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
