"""The words of the verifier that needs no network: they travel with the page, in its language."""

from __future__ import annotations

from flask_babel import gettext

from lms_app.web.verify.words import kind_in_words


def words() -> dict[str, str]:
    """Return everything that the script of the page may have to say."""
    return {
        "genuine": gettext("Is it genuine?"),
        "valid": gettext("Does it count today?"),
        "who": gettext("Who issued it?"),
        "yes": gettext("Yes"),
        "no": gettext("No"),
        "not_known": gettext("Not known"),
        "not_known_since": gettext("Not known since"),
        "nobody": gettext("Nobody can say"),
        "does_not_fit": gettext("The signature does not fit."),
        "until": gettext("Until"),
        "no_end": gettext("It has no end date."),
        "as_of": gettext("Known as of"),
        "issued_on": gettext("Issued on"),
        "code": gettext("Code"),
        "number": gettext("Serial number"),
        "hours": gettext("Hours"),
        "place": gettext("Place"),
        "cohort": gettext("Cohort"),
        "grade": gettext("Grade"),
        "valid_until": gettext("Valid until"),
        "kind_participation": kind_in_words("participation"),
        "kind_completion": kind_in_words("completion"),
        "kind_competence": kind_in_words("competence"),
        "kind_programme": kind_in_words("programme"),
        "revoked": gettext("Withdrawn"),
        "suspended": gettext("Suspended"),
        "expired": gettext("Expired"),
        "not_yet_valid": gettext("Not valid yet"),
        "key_compromised": gettext("Signed with a key that others may have had"),
        "say_valid": gettext("Genuine and valid"),
        "say_genuine": gettext("Genuine"),
        "say_forged": gettext("Not genuine"),
        "say_compromised": gettext("Do not rely on it"),
        "say_foreign": gettext("Not issued here"),
        "say_unreadable": gettext("Not a whole QR code"),
        "text_valid": gettext("Signed by its issuer; by what this device knows, it counts."),
        "text_genuine": gettext(
            "Nothing in it was changed. Whether it still counts is not known here: check it again with a network."
        ),
        "text_counts_not": gettext("It is genuine, but it does not count."),
        "text_forged": gettext("It does not fit its signature. Do not trust it."),
        "text_compromised": gettext("It was signed when others may have had the key. Please ask the organisation that issued it."),
        "text_foreign": gettext(
            "It was signed with a key that this device does not know. Update when you have a network, and try again."
        ),
        "text_unreadable": gettext("A part of it is missing, or it is something else. Please scan it again."),
        "text_not_sealed": gettext(
            "Only signed records (record.json) can be checked without a network. Other files need the page for checking."
        ),
        "ready": gettext("Ready: this page works without a network."),
        "installing": gettext("Getting ready…"),
        "no_worker": gettext("This browser can't keep the page. It works as long as it stays open."),
        "updated": gettext("Up to date."),
        "no_network": gettext("No network. What is known stays as it is."),
        "rolled_back": gettext("The site offered something older than what this device knows. It was not taken."),
        "from_the_future": gettext(
            "What the site offered bears a day that is yet to come. It was not taken. Please look at the clock of this device."
        ),
        "not_taken": gettext("What the site offered is not signed as it should be. It was not taken."),
        "nothing_yet": gettext("Nothing is known yet: please update once with a network."),
        "old": gettext("What this device knows is more than a week old. Please update when you have a network."),
        "starting": gettext("The camera is starting…"),
        "looking": gettext("Hold the QR code in front of the camera."),
        "camera_refused": gettext("The camera can’t be used here. Please type the code."),
    }
