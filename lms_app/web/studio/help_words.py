"""What each kind of block and each setting is for, in two sentences of the trainer's language."""

from __future__ import annotations

from flask_babel import gettext

from lms_app.web.i18n import N_

TYPES: dict[str, str] = {
    "course": N_("The whole training, with its chapters. Its settings hold for everything inside, unless a part says otherwise."),
    "chapter": N_("A large part of the course, made of lessons. Use one for each theme or each day of training."),
    "sequential": N_("What a learner does in one sitting, made of units. Deadlines and grades are set here."),
    "vertical": N_("One page of a lesson, with its blocks one under the other. Keep it short: five to ten minutes of work."),
    "html": N_("A text with headings, lists, tables and pictures. Use it to tell a story, explain an idea or give an instruction."),
    "video": N_(
        "A film from a file or from YouTube, with its words written beside it. Learners without a good network read the "
        "transcript instead."
    ),
    "coop_quiz": N_(
        "Several questions in one block, each with its own hints and explanations. The usual choice; take “Problem” for "
        "one question alone."
    ),
    "problem": N_(
        "One question alone: one or several choices, a text, a number, a list. Experts can also write formulas and special "
        "kinds; for several questions take “Quiz”."
    ),
    "coop_scenario": N_(
        "A story in which learners choose what to do, and see where it leads. Good for conflicts, meetings and decisions "
        "that have no single right answer."
    ),
    "coop_worksheet": N_(
        "A table with numbers to fill in: a cash book, a cost price, a break-even point. A mistake made early does not "
        "spoil the rows that follow from it."
    ),
    "coop_order": N_(
        "Steps in disorder that learners put in the right order. Good for procedures such as founding a cooperative or "
        "holding a general assembly."
    ),
    "coop_match": N_(
        "Things to be brought together: a word with its meaning, an expense with its group. Learners see which pairs were right."
    ),
    "coop_diagnostic": N_(
        "A questionnaire about the learner's own cooperative, answered step by step. It ends with a picture of strong and "
        "weak points, and is not graded."
    ),
    "coop_plan": N_(
        "A plan of action that learners write for their cooperative: what, who, when, with what. It can be taken up again "
        "later and printed."
    ),
    "coop_journal": N_(
        "Questions that learners answer in their own words, for nobody else to read. Give a question a good answer, and it "
        "appears after the learner's own: that makes a case."
    ),
    "coop_observation": N_(
        "Several people watch a trainee at work and mark what they see on their phones, also without a network. A trainer "
        "compares the sheets and publishes the result."
    ),
    "coop_rubric": N_(
        "Work of one's own, written, photographed or spoken, and judged with a rubric: by trainers, and if you like by peers and "
        "by its author. Ready rubrics are there to begin with."
    ),
    "coop_attendance": N_(
        "Half-days in a hall, with a card for each trainee that the trainer's phone scans, also without a network. Hours count "
        "for the certificate, and the sheet to sign is printed."
    ),
    "coop_evidence": N_(
        "Proof of what trainees did outside: a visit, a session with members. They send it from their phone, with photos; a "
        "trainer accepts it, asks again or refuses."
    ),
    "drag-and-drop-v2": N_(
        "Labels that are dragged to their places on a picture. On a phone and with a keyboard they are chosen and put down."
    ),
    "poll": N_("One question without a right answer; learners see how the others voted. Good to open a discussion."),
    "poll_question": N_(
        "One question without a right answer; learners see how the others voted. This is the older kind, kept for courses "
        "that have it."
    ),
    "survey": N_(
        "Several questions that share the same answers, such as agree or disagree. Nobody is graded, and all see the "
        "totals if you allow it."
    ),
    "word_cloud": N_(
        "Learners write a few words, and the words most given are shown largest. Good to begin a lesson with what the "
        "group already knows."
    ),
    "discussion": N_(
        "A place where learners write to each other about the page. Somebody of the team should look at it every few days."
    ),
    "done": N_(
        "A switch with which learners say that they have finished something. Use it for work away from the screen, such as a visit."
    ),
    "library_content": N_(
        "Questions drawn from a library, others for each learner if you like. What you change in the library reaches this "
        "course once you take it up."
    ),
    "itembank": N_("Questions drawn from a bank, others for each learner. You say how many of them each one gets."),
    "annotatable": N_(
        "A text in which some passages carry a note that opens when they are pressed. Good for a law or a statute read together."
    ),
    "lti": N_("A tool of another site, opened inside the page. It needs that site, and so a network, each time."),
    "pdf": N_("A PDF shown in the page. On a phone a text with pictures is easier to read and lighter to load."),
    "conditional": N_("Holds other blocks, and shows them once something else was done. Learners see why they have to wait."),
    "split_test": N_("Holds several variants, of which each learner gets one. It serves to find out which one teaches better."),
    "randomize": N_("Holds several blocks, of which each learner gets one by chance. It stays the same one for that learner."),
}
SETTINGS: dict[str, str] = {
    "display_name": N_(
        "The name under which this stands in the outline and above the block. Short and concrete is best: what will be done here?"
    ),
    "data": N_(
        "What learners read here. Write short paragraphs, one idea in each, and give every picture a text for those who "
        "can't see it."
    ),
    "problem.data": N_(
        "The question as OLX, for what the simple lines can't say. A mistake in it is shown with the number of its line."
    ),
    "problem.markdown": N_(
        "The question in simple lines: an answer with (x) is right, one with ( ) is wrong. The preview beside it shows "
        "what learners will see."
    ),
    "drag-and-drop-v2.data": N_(
        "The picture, its zones and the labels, as this kind of block writes them. It is changed more safely in the "
        "block's own form."
    ),
    "texts": N_(
        "All words of this exercise, part by part. Each language has its own; what is empty is shown in the course's language."
    ),
    "structure": N_(
        "What is the same in every language: the kinds of question, the right answers, the numbers. Learners' answers are "
        "kept under the names in it, so leave those as they are."
    ),
    "visible_to_staff_only": N_(
        "Learners do not see this part at all, not even its title; the team does. Use it while you are still writing, or "
        "to put something aside."
    ),
    "hide_from_toc": N_(
        "The part can be opened by those who have its address, but stands in no outline. Links in other units still lead to it."
    ),
    "start": N_(
        "Before this moment learners see the title, but can't open the part. Empty means: as soon as the part above it opens."
    ),
    "end": N_("After this moment nothing can be answered any more; reading stays open. Empty means that the course has no end."),
    "due": N_(
        "Answers after this moment are not counted, but for the grace period. Season work and markets come first: give enough time."
    ),
    "graded": N_(
        "Points earned here count for the course's grade, in the kind of assessment that you choose. Leave it off for practice."
    ),
    "format": N_(
        "Which line of the grading policy this lesson counts in, such as Quizzes or Final test. The lines and their "
        "shares are set on the course's settings."
    ),
    "weight": N_("How many points the whole block is worth. If it is empty, each question in it is worth one point."),
    "max_attempts": N_(
        "How often a learner may answer. Two or three tries let people learn from a mistake; empty means without limit."
    ),
    "showanswer": N_(
        "When learners may see the right answers with their explanation. Once tried is good for practice; after the "
        "deadline is fairer for a test."
    ),
    "show_answers": N_(
        "When learners may see the right answers. For practice show them early: most is learnt from the explanation."
    ),
    "show_correctness": N_(
        "Whether learners are told at once if an answer is right. Never is for surveys, past the deadline for tests."
    ),
    "graceperiod": N_("How long after the deadline answers are still taken. It covers a bad network or a long way home."),
    "attempts_before_showanswer_button": N_(
        "After how many tries the right answers can be asked for. It works together with when they are shown."
    ),
    "force_save_button": N_("Shows a button that keeps an answer without having it corrected. Useful for long questions."),
    "grading_method": N_(
        "Which of several tries counts: the last, the first, the best or the mean. The best is the most encouraging."
    ),
    "rerandomize": N_(
        "Whether each learner gets numbers of their own, and when they change. It only matters for problems that draw numbers."
    ),
    "show_reset_button": N_(
        "Shows a button with which learners empty their answer and begin again. A new try counts as an attempt."
    ),
    "submission_wait_seconds": N_(
        "How many seconds a learner waits between two tries. A short pause makes people read the hint first."
    ),
    "youtube_id_1_0": N_(
        "The address of the film on YouTube, or its number there. Where the network is weak or YouTube is blocked, a file is safer."
    ),
    "html5_sources": N_(
        "Addresses of video files, the one to be tried first on top. An MP4 of 480 lines plays on every phone and stays light."
    ),
    "transcripts": N_(
        "The words of the film for each language, with their times. They serve the deaf, the weak network and whoever "
        "learns the language."
    ),
    "download_track": N_(
        "Learners may take the transcript along as a file. It weighs next to nothing and can be read without a network."
    ),
    "download_video": N_(
        "Learners may take the film along as a file, to see it where there is no network. It needs the address of a file, "
        "not YouTube."
    ),
    "start_time": N_("From which moment of the film it plays, as hours:minutes:seconds. Use it to show one passage only."),
    "end_time": N_("At which moment of the film it stops, as hours:minutes:seconds. Empty means: at its end."),
    "show_captions": N_(
        "Whether the words are shown from the start; learners can always switch them. On is better where people watch "
        "without sound."
    ),
    "handout": N_("A file that goes with the film, such as a sheet to print. Its link stands below the film."),
    "thumbnail": N_("The picture that stands there before the film plays. A still from the film is best."),
    "question": N_("What you ask everybody. One plain sentence that can be answered from experience."),
    "questions": N_("What you ask everybody, one line for each question. All of them get the same answers to choose from."),
    "answers": N_("What can be chosen. Three to five answers that do not overlap, and one for those who do not know."),
    "feedback": N_("What learners read once they have voted. Say what the question leads to; there is no right answer to praise."),
    "max_submissions": N_("How often a person may vote anew. One is usual; nought means as often as they like."),
    "private_results": N_("Learners then do not see how the others voted. Use it for what people may not like to say before all."),
    "block_name": N_("The name by which this survey stands in reports. Learners do not see it."),
    "instructions": N_("What learners are asked to write. Ask for single words, and give an example."),
    "display_student_percents": N_(
        "Shows beside each word what share of the group gave it. In a small group this may show who said what."
    ),
    "num_inputs": N_("How many words each learner may give. Three to five fit on a phone."),
    "num_top_words": N_("How many words the cloud shows at most. With more than fifty it is hard to read."),
    "max_count": N_(
        "How many blocks of the library each learner gets. Fewer than it holds means that neighbours get different ones."
    ),
    "allow_resetting_children": N_(
        "Learners may ask for other questions once they have answered these. Good for practice, not for a test."
    ),
    "advertised_start": N_(
        "What is written as the beginning instead of the date, such as “After the harvest”. It changes nothing about when "
        "the course opens."
    ),
    "catalog_visibility": N_(
        "Whether the course stands in the list of courses, or can be found by its address only. The team always sees it."
    ),
    "course_image": N_("The picture on the course's card. A scene from the learners' own surroundings says more than a symbol."),
    "display_coursenumber": N_("What is shown instead of the course's number. Leave it empty to show the number itself."),
    "display_organization": N_(
        "What is shown instead of the short name of the organisation. Leave it empty to show the short name itself."
    ),
    "enrollment_start": N_("Before this moment nobody can enrol by themselves. The team can put people on the list at any time."),
    "enrollment_end": N_("After this moment nobody can enrol by themselves. Those who are in the course stay in it."),
    "hide_after_due": N_(
        "Once the deadline has passed, learners can't open this lesson any more, not even to read. Use it for tests only."
    ),
    "shuffle": N_(
        "Each learner gets the choices in another order, which then stays theirs. Neighbours can't copy a letter or a place."
    ),
    "group_mode": N_(
        "Offers a screen for a whole group: hands are counted, and the choice with most of them is taken. One phone or "
        "projector is enough."
    ),
    "code": N_(
        "The code that stands under a learner's table; typed here, it shows you the same numbers. Learners do not see this setting."
    ),
    "draws": N_(
        "Whether all have the same numbers or each their own. Numbers of one's own can't be copied; the same ones can be "
        "talked over."
    ),
    "example_set": N_("Which of the sets of numbers is shown as the example. Empty means the first one."),
    "learners_choose": N_(
        "Each learner chooses the set before the first attempt, say the product of their region. Another one may be chosen "
        "before each new attempt."
    ),
    "hint_after": N_("From which try on rows with a mistake show their hint. One is kind, two lets people think first."),
    "description": N_("A few words that tell learners what awaits them here. They stand above the exercise."),
    "question_text": N_("What learners are asked to do with the labels. Say it in one sentence, and how many places there are."),
    "item_background_color": N_("The colour of the labels. Leave it empty for the usual one, which can be read in the sun."),
    "item_text_color": N_("The colour of the words on the labels. It must stand out clearly from the colour behind it."),
    "max_items_per_zone": N_("How many labels one place can hold. Empty means as many as are put there."),
    "mode": N_("How the answer is corrected or the blocks are chosen. Leave it as usual unless you know the other way."),
    "show_question_header": N_("Shows the word Problem above the question. Most pages are calmer without it."),
    "show_title": N_("Shows the title above the exercise. Switch it off if the text before it says the same."),
    "align": N_("On which side the switch stands. As usual means where lines begin."),
    "discussion_category": N_(
        "The heading under which this discussion stands in the list of all discussions. Take the lesson's title."
    ),
    "discussion_target": N_("What this discussion is about, in the list of all discussions. Learners choose by it."),
    "launch_url": N_("The address at which the other site begins the tool. Its makers give it to you."),
    "button_text": N_("What stands on the button that opens the tool. A verb is best, such as “Open the map”."),
    "open_in_a_new_page": N_(
        "The tool opens beside the course instead of inside the page. On a phone this gives it the whole screen."
    ),
    "has_score": N_("The other site sends points back, and they count here. It must be made for that."),
    "url": N_("The address of the PDF. A file of this course is safer than one of another site."),
    "allow_download": N_("Learners may take the PDF along as a file. They can then read it without a network."),
    "source_text": N_("What stands on the link to the source of the PDF. Name who made it."),
    "source_url": N_("Where the PDF comes from, or where it can be had for printing. The link stands below it."),
    "conditional_message": N_("What learners read while they have to wait. Say what to do first, and where."),
}
"""By the setting's name, or by `type.name` where it is another thing on that kind of block."""
ONLY_KEPT: frozenset[str] = frozenset(
    {
        "accept_grades_past_due",
        "ask_to_send_email",
        "ask_to_send_username",
        "capa_type",
        "conditional_attr",
        "conditional_value",
        "custom_parameters",
        "discussion_id",
        "edx_video_id",
        "group_id_to_child",
        "hide_launch",
        "invitation_only",
        "lti_id",
        "lti_passports",
        "manual",
        "minimum_grade_credit",
        "show_tag_list",
        "sort_key",
        "source_library_id",
        "source_library_version",
        "sources_list",
        "sub",
        "track",
        "user_partition_id",
        "video.data",
        "word_cloud.data",
        "youtube_id_0_75",
        "youtube_id_1_25",
        "youtube_id_1_5",
    }
)
"""What other platforms wrote into courses and nobody here needs: shown where it has a value, and never asked for."""
_OF_KEPT = N_(
    "This came with the course from elsewhere and is kept so that nothing is lost. Leave it as it is unless you know "
    "what it does there."
)


def help_of_type(block_type: str) -> str:
    """Return what a kind of block is for; '' for one that we know nothing of."""
    said = TYPES.get(block_type)
    return gettext(said) if said else ""


def help_of(block_type: str, name: str) -> str:
    """Return what a setting does, on this kind of block if it is another thing there; '' when there is nothing to say."""
    if is_only_kept(block_type, name):
        return str(gettext(_OF_KEPT))
    said = SETTINGS.get(f"{block_type}.{name}") or SETTINGS.get(name)
    return gettext(said) if said else ""


def is_only_kept(block_type: str, name: str) -> bool:
    """Tell whether a setting is only kept for the platform that it came from."""
    return name in ONLY_KEPT or f"{block_type}.{name}" in ONLY_KEPT
