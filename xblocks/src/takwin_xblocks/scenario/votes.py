"""Count the hands that a group raised, and find the choice with most of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from takwin_xblocks.contract.digits import fold
from takwin_xblocks.contract.voice import Voice

MOST_HANDS = 999
_LONGEST = 16


class VotesRefused(ValueError):
    """Hands that decide nothing: `unreadable_votes` (and the choices they stand beside) or `no_majority`."""

    def __init__(self, code: str, choices: Sequence[str] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.choices = tuple(choices)


def count_votes(offered: Sequence[str], answers: Mapping[str, list[str]]) -> tuple[str, dict[str, int]]:
    """Return the choice with most hands and the hands of each; nothing typed is no hand.

    Refuses (`VotesRefused`) what is no whole number from 0 to 999, and hands that no single choice has most of.
    """
    counted: dict[str, int] = {}
    unread = []
    for choice in offered:
        hands = _hands("".join(answers.get(f"votes-{choice}", [])[:1]))
        if hands is None:
            unread.append(choice)
        else:
            counted[choice] = hands
    if unread:
        raise VotesRefused("unreadable_votes", unread)
    most = max(counted.values(), default=0)
    first = [choice for choice, hands in counted.items() if hands == most]
    if most == 0 or len(first) > 1:
        raise VotesRefused("no_majority", first)
    return first[0], counted


def typed_hands(offered: Sequence[str], answers: Mapping[str, list[str]]) -> dict[str, str]:
    """Return what was typed beside each choice, cut to what a field shows."""
    return {choice: "".join(answers.get(f"votes-{choice}", [])[:1])[:_LONGEST] for choice in offered}


def draft_errors(draft: Mapping[str, str], voice: Voice) -> dict[str, str]:
    """Return what is wrong with hands kept as they were typed, by field; nothing where there are none."""
    if not draft:
        return {}
    try:
        count_votes(list(draft), {f"votes-{choice}": [typed] for choice, typed in draft.items()})
    except VotesRefused as refused:
        return refused_words(refused, voice)[1]
    return {}


def refused_words(refused: VotesRefused, voice: Voice) -> tuple[str, dict[str, str]]:
    """Return why hands decide nothing, and the words beside each choice that needs the reader."""
    _ = voice.words.gettext
    if refused.code == "no_majority":
        words = _("No choice has most hands. Talk again, and count again.")
        return words, {f"votes-{refused.choices[0]}": words}
    words = _("Type how many hands: a whole number.")
    return words, {f"votes-{choice}": words for choice in refused.choices}


def _hands(typed: str) -> int | None:
    """Return how many hands were typed, in any digits: whole, with no separator, since `1,000` is a thousand to some and one to others."""
    if not typed.strip():
        return 0
    digits = fold(typed) if len(typed) <= _LONGEST else ""
    return int(digits) if digits.isascii() and digits.isdigit() and int(digits) <= MOST_HANDS else None
