"""All that can go wrong, as one tree; each error has a code, and the web layer has the words."""

from __future__ import annotations

from typing import Any


class TakwinError(Exception):
    """The root. `code` chooses the words, `facts` fill them."""

    code = "error"

    def __init__(self, code: str | None = None, /, **facts: Any) -> None:
        self.code = code or type(self).code
        self.facts = facts
        super().__init__(self.code, facts)

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.code}: {told}" if told else self.code


class NotFound(TakwinError):
    """There is no such thing, or it is not for this reader to know."""

    code = "not_found"


class Refused(TakwinError):
    """The reader may not do this here."""

    code = "refused"


class NeedsSignIn(Refused):
    """Nobody is signed in, and this needs a person."""

    code = "needs_sign_in"


class Conflict(TakwinError):
    """The thing changed meanwhile, exists already, or its state forbids this."""

    code = "conflict"


class Invalid(TakwinError):
    """What was given can't be taken; `facts` or `problems` say where and why."""

    code = "invalid"


class StateTooLarge(Invalid):
    """A block would keep more about a learner than an answer can be; nothing was written."""

    code = "state_too_large"


class BadSetting(Invalid):
    """A setting of the environment is not usable."""

    code = "bad_setting"


class Unavailable(TakwinError):
    """A part that this needs is missing or busy; trying later may help."""

    code = "unavailable"


class TooMany(TakwinError):
    """Too many tries in a short time; waiting helps."""

    code = "too_many"


class AnswerNotRecorded(Unavailable):
    """An answer met too many others at once; nothing was written and the learner must be told."""

    code = "answer_not_recorded"
