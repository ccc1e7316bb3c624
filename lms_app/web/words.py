"""What is said when something is refused: one sentence for each code, which the catalogues have in every language."""

from __future__ import annotations

from flask_babel import gettext

from lms_app.domain.errors import TakwinError
from lms_app.web.i18n import N_

REFUSALS: dict[str, str] = {
    # everywhere
    "error": N_("Something went wrong here. It has been noted. Please try again."),
    "not_found": N_("There is no such page."),
    "refused": N_("This is not open to you. If it should be, ask your trainer."),
    "needs_sign_in": N_("Please sign in first."),
    "conflict": N_("Somebody changed this meanwhile. Please look again and repeat what is still needed."),
    "invalid": N_("Something in what you gave can't be taken. Please check it."),
    "several_wrong": N_("Please check the points below."),
    "unavailable": N_("This part is not available just now. Please try again in a minute."),
    "too_many": N_("Too many tries. Please wait %(minutes)s minutes, then try again."),
    "answer_not_recorded": N_(
        "Your answer was not recorded: too many arrived at once. What you typed is kept here; please send it again."
    ),
    "state_too_large": N_("This answer is too large to be kept, so it was not recorded. Please send a shorter one."),
    "other_origin": N_("This request came from another site, so it was not carried out."),
    "bad_csrf_token": N_("This page had been open for too long, so nothing was changed. Please open it again and repeat."),
    "bad_setting": N_("A setting of this site is wrong. Its operator can mend it."),
    "too_large": N_("This is larger than the site accepts."),
    "bad_request": N_("The site could not read this request."),
    "wrong_method": N_("This page can't be used that way."),
    "no_such_file": N_("There is no such file."),
    "file_empty": N_("This file is empty. Please send it again."),
    "file_too_large": N_("This file is too large: at most %(megabytes)s MB."),
    "file_kind_not_taken": N_("Files of this kind (%(ending)s) can't be in a course. A PDF, a picture or a document can."),
    "file_not_what_it_says": N_("This file is damaged, or is no plain “%(ending)s” file. Please save it anew and send it again."),
    "file_of_another_kind": N_(
        "Only a file of the same kind (%(ending)s) can take its place. Send this one as a new file instead."
    ),
    "file_is_used": N_("This file is used in the course. Tick that you mean it, or take it out of the texts first."),
    "too_many_files": N_("A course can have at most %(most)s files."),
    "picture_unknown": N_("This file is no picture that we can read: please send a PNG, JPEG, WebP or GIF."),
    "picture_broken": N_("This picture is damaged or came only in part. Please send it again."),
    "picture_too_many_pixels": N_("This picture has too many pixels: at most %(most)s million. Please make it smaller first."),
    "picture_moves_too_long": N_("This picture moves for too long: at most %(most)s images. Send it as a video."),
    "picture_heic": N_("This picture is in Apple's HEIC form, which most phones can't show. Please send it as JPEG."),
    "picture_too_costly": N_("This picture could not be read in time. Please save it anew as JPEG, smaller, and send that."),
    "handouts_busy": N_("Other handouts are being made just now. Please try again in a minute."),
    "handout_not_set": N_("This handout could not be made: it is too long, or something in it can't be printed."),
    "pictures_busy": N_("Many pictures are being sent just now. Please try again in a minute."),
    "no_such_course": N_("There is no such course."),
    "no_such_block": N_("There is no such part of a course."),
    "language_there": N_("The course is in this language already."),
    "xliff_other_languages": N_("This file is for other languages: %(source)s and %(target)s."),
    "language_is_source": N_("The course is written in this language; it can't be taken out."),
    "no_such_text": N_("There is no such text in this block any more. Please open the page again."),
    "bad_course_key": N_("There is no such course."),
    "bad_usage_key": N_("There is no such part of a course."),
    "no_such_cohort": N_("There is no such group."),
    "no_such_work": N_("There is no such piece of work, or it is not yours to judge."),
    "nothing_to_teach": N_("This page is for those who run a course or train a cohort."),
    "points_out_of_range": N_("Please give a number from 0 to %(most)s."),
    "nothing_decided": N_("Nothing was decided here by hand, or somebody has taken it back meanwhile."),
    "not_more_time": N_("Please choose a day that is still to come, and later than the closing that the course has."),
    "no_such_extension": N_("This time has been taken back already."),
    "no_such_certificate": N_("There is no such certificate."),
    "not_enrolled": N_("You are not in this course yet. Open its page to enrol."),
    "not_open_yet": N_("This is not open yet."),
    "closed": N_("The time for answering is over, so this answer does not count."),
    "no_such_unit": N_("There is no such unit in this course."),
    "bad_score": N_("This activity gave a grade that can't be. Nothing was recorded; please tell your trainer."),
    "bad_pass": N_("This activity's permission is not valid. Please open the page again."),
    "pass_expired": N_("This page was open for too long. Please open it again; your answers are kept."),
    "bad_enrolment_code": N_("This is not a code of this course. Please ask your trainer."),
    "enrolment_code_needed": N_("This course asks for a code. Your trainer has it."),
    "not_on_the_list": N_("This course is open to those on its list, and you are not on it. Please ask your trainer."),
    "course_archived": N_("This course takes no new learners."),
    "no_such_invitation": N_("There is no such place, or somebody has taken it meanwhile."),
    "roster_empty": N_("There is nobody in this list."),
    "roster_not_read": N_("This list can't be read. Save it as CSV or XLSX, with one person a line, and send it again."),
    "roster_names_nobody": N_("No column tells who is meant. Name one “Name”, “User name”, “E-mail” or “Phone”."),
    "roster_column_twice": N_("Two columns have the same name."),
    "roster_formula": N_("This is a formula, not a text. Write the value itself."),
    "roster_nobody": N_("Nobody is named here."),
    "roster_name_alone": N_("A name alone does not tell who it is. Add a user name, an e-mail or a phone, or have accounts made."),
    "roster_no_such_cohort": N_("This course has no cohort of this name. Write it as in the list of cohorts, or open it first."),
    "roster_shared": N_("Several accounts have this e-mail or phone. Give the user name."),
    "roster_twice": N_("The same person stands in line %(line)s already."),
    "too_many_accounts": N_("At most %(most)s accounts are made at once. Please send the list in parts."),
    "cohort_needed": N_("Please choose a cohort."),
    "kind_twice": N_("This name stands here twice."),
    "bad_percent": N_("Please give a figure from 0 to 100."),
    "bad_count": N_("Please give a whole number from 0 to %(most)s."),
    "drops_all": N_("Fewer must be left out than there are."),
    "weights_not_whole": N_("All weights together make %(total)s %%; they must make 100 %%."),
    "letter_not_above": N_("A named grade lies above the pass mark, at most at 100 %%."),
    "bad_moment": N_("Please give a day and an hour."),
    "last_trainer": N_("A course keeps one trainer at least. Add somebody else first."),
    "nobody_with_this": N_("No account has this user name, e-mail or phone. They sign up first."),
    "several_with_this": N_("Several accounts have this e-mail or phone. Give the user name."),
    "bad_certificate_rule": N_("A certificate asks for a grade or a completion between 1 % and 100 %."),
    "bad_awards": N_("What earns the papers of this course can't be read. Please set it anew in the course's settings."),
    "no_such_exercise": N_("Nothing that earns points has this title. Write the title as it stands in the draft, in any language."),
    "condition_needed": N_("Please say what earns this paper: without a condition everybody would get it."),
    "bad_level": N_("Please give a level from %(least)s to %(most)s."),
    "bad_months": N_("Please give a number of months from 1 to %(most)s, or nothing."),
    "bad_times": N_("Please give a whole number from 1 to %(most)s."),
    "no_such_award": N_("This course does not give this paper."),
    "certificate_not_stored": N_("The certificate could not be made out just now. Please try again."),
    "certificate_held": N_("This certificate is there already."),
    "suspended_already": N_("This certificate is suspended already."),
    "suspended_till_decided": N_("This certificate is suspended: it is reinstated first, then corrected or renewed."),
    "expired_renew_instead": N_("This certificate has expired, so a corrected one would count for no day. Renew it instead."),
    "asker_keeps_no_more": N_("Whoever asked this keeps these certificates no more. Refuse it; somebody else may ask it anew."),
    "not_suspended": N_("This certificate is not suspended."),
    "nothing_to_correct": N_("Please change what is wrong on the certificate."),
    "not_correctable": N_("This can't be corrected: what was achieved is judged anew, never typed."),
    "correction_not_printable": N_("This can't be printed on a certificate. Please check letters, length and dates."),
    "not_the_last_issue": N_("Another certificate has replaced this one. Please correct that one."),
    "not_renewable": N_("This certificate can't be renewed."),
    "nothing_new_attained": N_("Nothing new was noted for this learner since the last certificate."),
    "no_such_programme": N_("There is no such programme."),
    "programme_key_taken": N_("Another programme has this key."),
    "bad_programme_courses": N_("A programme has %(fewest)s to %(most)s courses, each once."),
    "own_attainment": N_("Nobody notes anything about themselves. Please ask another trainer."),
    "nobody_chosen": N_("Please choose at least one learner."),
    "no_question_chosen": N_("Please choose at least one question."),
    "bad_draw": N_("Please give a number of questions from 1 to %(most)s: so many are chosen."),
    "copy_too_large": N_("This is too large for one copy: at most %(most)s blocks. Copy its parts one by one."),
    "no_rows": N_("There is no line with a learner in it."),
    "bad_session_hours": N_("Please give hours from 0 to %(most)s."),
    "bad_acceptance": N_("Please give 1 for accepted or 0 for not accepted."),
    "columns_missing": N_("The first line must name the columns: %(columns)s."),
    "too_many_rows": N_("These are more than %(most)s lines. Please send them in parts."),
    "certificate_not_earned": N_("This certificate is not earned yet."),
    "certificate_needs_name": N_("The certificate can't be made out yet: write in your profile how your name must be printed."),
    "checking_needs_sandbox": N_("Files can't be checked on this site just now. Please type the code, or scan the QR code."),
    "checking_busy": N_("Many files are being checked just now. Please try again in a minute."),
    "checking_one_at_a_time": N_("A file from here is being checked already. Please try again in a minute."),
    "list_empty": N_("There is no code in this list."),
    "list_too_large": N_("This list is larger than %(most)s MB. Please send it in parts."),
    "list_not_utf8": N_("This table is not in UTF-8. Please save it as “CSV UTF-8”."),
    "list_not_csv": N_("This table could not be read. Please save it as CSV."),
    "no_certificate_asked": N_("Please say which certificate: its code, its number, or the address in its QR code."),
    "certificate_not_ready": N_(
        "The certificate can't be made out yet: something on it can't be printed as it stands. Your trainer can mend it."
    ),
    "revoked_already": N_("This certificate was withdrawn before."),
    "reason_needed": N_("Please say why; the reason is shown to whoever checks."),
    "bad_paper": N_("Something in the look of the certificate can't be printed. Please check this part."),
    "consent_needs_admin": N_("Only an administrator of the site may note that a partner has consented in writing."),
    "picture_too_large": N_("This picture is larger than %(megabytes)s MB. Please make it smaller."),
    "picture_too_wide": N_("This picture has more than %(pixels)s pixels on a side. Please make it smaller."),
    "not_a_picture": N_("This is not a PNG or JPEG picture that can be read. Please save it again and choose it once more."),
    "not_a_number": N_("Please give a number."),
    "nothing_to_print": N_("There is no valid certificate here to print."),
    "too_many_to_print": N_("These are more than %(most)s certificates. Please print cohort by cohort."),
    "no_such_list": N_("There is no such list."),
    "batch_is_old": N_("Since this file was made, a certificate in it was withdrawn. Please make the file anew."),
    "no_such_batch": N_("There is no such file of certificates, or it is not ready yet."),
    "not_possible_in_this_state": N_("The state of this certificate does not allow that."),
    "request_waits_already": N_("Something was asked about this certificate already. Decide that first."),
    "no_such_request": N_("There is no such request about this certificate."),
    "own_request": N_("You asked this, so somebody else decides."),
    "own_certificate": N_("This is your own certificate, so somebody else decides."),
    "decided_already": N_("This was decided meanwhile."),
    "no_such_link": N_("This link shows nothing, or nothing any more. Ask whoever gave it to you for a new one."),
    "day_is_past": N_("This day is past."),
    "day_too_late": N_("This day is too far ahead. Leave it empty for a link without an end."),
    "too_many_links": N_("There are %(most)s links to this certificate already. Please end one first."),
    # the command line
    "database_not_migrated": N_("The database has not the shape that this version needs. Run: takwin migrate"),
    "demo_accounts_open": N_("There are demo accounts, so this Takwin may be reached from this machine only. Erase them first."),
    "worker_needs_queue": N_("A worker needs a queue that processes share: set TAKWIN_QUEUE_URL to a Redis address."),
    "backup_exists": N_("There is such a file already; a backup writes over nothing."),
    "backup_unreadable": N_("This is not a whole backup of Takwin."),
    "backup_of_another_format": N_("This backup is of a format that this version does not read."),
    "backup_part_damaged": N_("The backup is damaged: a part does not have the bytes that were written."),
    "restore_into_live_site": N_("There are accounts here already. A backup is restored into an empty Takwin only."),
    "passphrase_needed": N_("The keys in this backup are encrypted: give the passphrase."),
    "wrong_passphrase": N_("This is not the passphrase of this backup."),
    "no_such_resource": N_("There is no such file."),
    "no_such_handler": N_("This part of the course does not know what to do with that."),
    "no_such_aside": N_("There is no such part of a course."),
    # courses and their content
    "language_without_course": N_("Say which course this is another language of."),
    "course_without_language": N_("Say in which language this archive is."),
    "revision_of_another_course": N_("This version belongs to another course."),
    "no_such_node": N_("A piece of this course is missing from the store. Its operator can restore it from a backup."),
    "block_twice": N_("The part %(block)s is in this course already."),
    "child_missing": N_("The part %(block)s names a part that is not there."),
    "block_in_itself": N_("The part %(block)s contains itself."),
    "mail_not_sent": N_("The letter could not be sent. It will be tried again."),
    # accounts
    "no_such_person": N_("There is no such person."),
    "no_such_device": N_("There is no such device among yours."),
    "bad_sign_in": N_("No account goes with this name and this password."),
    "user_name_taken": N_("This user name is taken. Please choose another."),
    "user_name_too_short": N_("A user name has at least %(shortest)s characters."),
    "bad_user_name": N_("A user name begins with a letter and has only letters of one script, digits, full stops and hyphens."),
    "text_too_long": N_("This is too long: at most %(longest)s characters."),
    "hidden_characters": N_("There are invisible characters in this text. Please type it again by hand."),
    "name_not_arabic": N_("Please write this name in Arabic letters."),
    "name_not_latin": N_("Please write this name in Latin letters."),
    "bad_email": N_("This is not an e-mail address."),
    "bad_phone": N_("This is not a telephone number. Example: 06 12 34 56 78."),
    "password_too_short": N_("A password has at least %(shortest)s characters. Several words make a good one."),
    "password_too_long": N_("A password has at most %(longest)s characters."),
    "password_common": N_("This password is too easy to guess. Several words that don't belong together make a good one."),
    "wrong_password": N_("This is not your password."),
    "passwords_differ": N_("The two passwords are not the same."),
    "bad_recovery": N_("This link or code is not valid, or no longer. Please ask for a new one."),
    "staff_recovery": N_("Only an administrator of the site can issue a code for somebody who has a role."),
    "recovery_by_letter": N_("This person has an e-mail. The page for a new password sends a letter there."),
    "password_for_email": N_("To change the e-mail, give your password: whoever reads that mailbox can get into the account."),
    "bad_country": N_("Please choose a country from the list."),
    "bad_language": N_("Please choose a language from the list."),
    "no_such_role": N_("There is no such role in such a place."),
    "last_administrator": N_("Somebody must remain to administer the site."),
    "administrator_erasure": N_("You administer this site. Give that role back before you erase your account."),
    "required": N_("Please fill this in."),
    "no_such_key": N_("This site has no such key."),
    "key_refused": N_("This can't be done with that key: %(reason)s."),
    # the studio
    "no_such_field": N_("This block has no such setting."),
    "no_such_revision": N_("There is no such state of this course."),
    "edit_conflict": N_("Somebody else changed the same thing meanwhile."),
    "form_conflict": N_(
        "Somebody else changed the same thing in this block after you opened the page, so yours was not saved. Nothing is lost: "
        "theirs is in the draft, yours is still on this page. Open the block in another tab, and bring the two together there."
    ),
    "bad_part": N_("This can't be put in here."),
    "clash_not_decided": N_("Please choose for each text which one holds."),
    "another_persons_text": N_("This text was written by somebody else who was signed in here, so it was not sent."),
    "edit_too_old": N_("This page had been open for too long. Please open the block again and repeat what is still needed."),
    "draft_moved_on": N_("Somebody saved something after you opened this page. Please look at what changed, then publish."),
    "block_gone": N_(
        "This activity is not in the course any more, so your answer was not recorded. What you typed is still on this page."
    ),
    "no_such_part": N_("This part is neither in the draft nor in what learners see."),
    "library_not_published": N_("A library is not published to learners; courses draw from it as it is."),
    "nothing_chosen": N_("There is nothing in it that differs."),
    "nothing_ticked": N_("Please tick at least one part, or publish everything."),
    "only_as_a_whole": N_("The course is written in another language now, so it can be published only as a whole."),
    "nothing_to_undo": N_("This is the first state of the course: there is nothing to take back."),
    "nothing_published_then": N_("Learners saw nothing of this course on that day."),
    "nothing_planned": N_("Nothing is planned for this course."),
    "bad_publication_moment": N_("Please give a day and an hour to come, within two years."),
    "nothing_published": N_("Nothing of this course is published yet, so there is nothing to go back to."),
    "problem_other_key": N_(
        "In this translation other answers are right than in the source. Keep as many questions and answers, in the same order, "
        "with the same marks."
    ),
    "video_not_youtube": N_(
        "This is no link to a film on YouTube. Copy the address of the film’s page, or what “Share” gives you."
    ),
    "video_not_address": N_("“%(text)s” is no address of a film. Write https://…, or the name of a file of this course."),
    "transcript_too_big": N_("This is more than a transcript can be. Send the subtitles alone, as SRT or WebVTT."),
    "transcript_not_text": N_("This file is no text. Send the subtitles as SRT or WebVTT, in UTF-8."),
    "transcript_empty": N_("There are no words in it. Choose a file, or paste what is said."),
    "problem_no_answers": N_(
        "Line %(line)s: there is nothing to answer here. Write answers below the question: lines with (x) and ( ), "
        "lines with [x] and [ ], or a line that begins with =."
    ),
    "problem_none_right": N_(
        "Line %(line)s: no answer of this question is marked as right. Put an x between the brackets of the right one: (x)."
    ),
    "problem_none_right_menu": N_(
        "Line %(line)s: no entry of this list is marked as right. Put the right one between brackets: [[one, (two), three]]."
    ),
    "problem_one_choice": N_("Line %(line)s: this question has only one answer to choose from. Add at least one more."),
    "problem_choice_empty": N_("Line %(line)s: this answer has no words. Write it behind its brackets, or delete the line."),
    "problem_two_answers": N_("Line %(line)s: this question has answers already. Put a line with --- between two questions."),
    "problem_tolerance": N_(
        "Line %(line)s: “%(text)s” is no tolerance. Write a number or a percentage, as in = 10 +- 2 or = 10 +- 5%%."
    ),
    "problem_not_number": N_("Line %(line)s: “%(text)s” is no number, and the answer above it is one."),
    "problem_not_for_numbers": N_("Line %(line)s: not= goes with texts only. Delete this line."),
    "problem_or_first": N_("Line %(line)s: a line with %(sign)s goes below one that begins with =."),
    "problem_answer_empty": N_("Line %(line)s: write the right answer behind the sign."),
    "problem_label_open": N_("Line %(line)s: the question begins with >> and must end with << on the same line."),
    "problem_label_twice": N_(
        "Line %(line)s: this is a second question. Put a line with --- before it, or write it without >> and <<."
    ),
    "problem_hint_open": N_("Line %(line)s: a hint stands between || and || on one line."),
    "problem_note_open": N_("Line %(line)s: what is said of an answer stands between {{ and }} at the end of its line."),
    "problem_note_alone": N_("Line %(line)s: what is said of an answer goes at the end of that answer’s line."),
    "problem_menu_open": N_("Line %(line)s: the list begins with [[ and must end with ]]."),
    "problem_explanation_open": N_("Line %(line)s: the explanation must end with a second line [explanation]."),
    "problem_explanation_twice": N_(
        "Line %(line)s: this question has an explanation already. Put a line with --- between two questions."
    ),
    "problem_code_open": N_("Line %(line)s: what follows [code] must end with a line [/code]."),
    "problem_unknown_tag": N_("Line %(line)s: <%(tag)s> can't stand in a question’s text. Delete it, or write the problem as OLX."),
    "problem_twice": N_(
        "You changed both the text and the OLX of this problem, and they say different things. Empty the one that is not to hold."
    ),
    "problem_not_xml": N_(
        "Line %(line)s: this is not well-formed (%(why)s). Look for a missing < or > or an element that is not closed."
    ),
    "problem_root": N_("Line %(line)s: the OLX of a problem stands between <problem> and </problem>, not <%(tag)s>."),
    "problem_unknown_response": N_("Line %(line)s: no kind of question is called <%(tag)s>. Check how it is spelt."),
    "problem_no_input": N_("Line %(line)s: <%(tag)s> has no place for the answer. Put <%(input)s> into it."),
    "problem_none_right_olx": N_('Line %(line)s: no <%(tag)s> is right. Give the right one correct="true".'),
    "problem_answer_missing": N_('Line %(line)s: <%(tag)s> does not say the right answer. Write it as answer="…".'),
    "field_not_whole": N_("Please give a whole number."),
    "field_not_number": N_("Please give a number."),
    "field_not_date": N_("Please give a date and an hour, as in 2026-10-12T09:00."),
    "field_not_duration": N_("Please give a length of time, as in 00:30:00."),
    "field_not_xml": N_("This is not well-formed: look at line %(line)s."),
    "field_not_json": N_("This is not JSON: look at its brackets, quotes and commas."),
    "field_not_listed": N_("Please choose one of those that are offered."),
    "field_not_right": N_("This value does not fit here."),
    "field_too_small": N_("Please give at least %(least)s."),
    "field_too_big": N_("Please give at most %(most)s."),
    "field_too_long": N_("This is too long."),
    "bad_key_part": N_("Please use letters, digits, hyphens and full stops only, without spaces."),
    "course_key_taken": N_("Another course has this key. Please change one of its three parts."),
    "bad_threshold": N_("Please give a figure from 1 to 100."),
    "bad_hours": N_("Please give a number of hours, or nothing."),
    "cohort_name_taken": N_("Another cohort of this course has this name."),
    "cohort_code_taken": N_("Another cohort, or the course itself, gives out this code."),
    "bad_time_zone": N_("Please choose a time zone from the list."),
    "ends_before_it_starts": N_("The last day is before the first."),
    "not_a_learner_here": N_("Nobody with this user name is enrolled in this course."),
    "no_such_user_name": N_("There is nobody with this user name."),
    "already_source_language": N_("The course itself is written in this language."),
    "no_such_language": N_("Please choose a language from the list."),
}
"""A code raised anywhere has its row here, and a test says so."""


def words_of(error: TakwinError) -> str:
    """Return the error in words, in the reader's language."""
    text = str(gettext(REFUSALS.get(error.code) or REFUSALS["invalid"]))
    try:
        return text % error.facts if error.facts else text
    except (KeyError, ValueError, TypeError):
        return text


def in_english(error: TakwinError) -> str:
    """Return the error in English, for a terminal, where there is no reader's language; of several, each."""
    if wrong := error.facts.get("wrong"):
        return " ".join(in_english(each) for each in wrong)
    text = REFUSALS.get(error.code) or REFUSALS["invalid"]
    told = ", ".join(f"{name}: {value}" for name, value in error.facts.items())
    try:
        return (text % error.facts if error.facts else text) + (f" ({told})" if told and "%(" not in text else "")
    except (KeyError, ValueError, TypeError):
        return f"{text} ({told})"
