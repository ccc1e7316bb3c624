"""What can go wrong with a sandboxed call, in words for the person who answers or writes the exercise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms_app.domain.errors import Refused, TakwinError, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable


def N_(text: str) -> str:  # noqa: N802 -- the name that message extraction looks for
    """Mark a message for translation; the translation happens when it is shown."""
    return text


WORDS = {
    "unavailable": N_(
        "This exercise needs a protected calculation that this server cannot do. Please tell your trainer. "
        "Your other exercises are not affected."
    ),
    "cpu": N_("This calculation was stopped because it takes too long."),
    "wall": N_("This calculation was stopped because it takes too long."),
    "busy": N_("Too many calculations are going on just now. Please try again in a minute."),
    "memory": N_("This calculation was stopped because it needs too much memory."),
    "output": N_("This calculation was stopped because its result is too long."),
    "stopped": N_("This calculation stopped in the middle and gave no result."),
    "input": N_("This answer or exercise is too long to be calculated."),
    "archive": N_("The file of Python modules that belongs to this course cannot be read."),
    "symbols": N_("This answer could not be read as mathematics. Use numbers, letters and the signs + - * / ^ ( )."),
    "pattern": N_("The pattern that the author wrote for this answer is not valid."),
    "failed": N_("{error}: {text}"),
    "failed_line": N_("{error}: {text} (line {line} of the script)"),
    "broken": N_("This exercise cannot be shown because its script fails. Please tell your trainer."),
    "slow": N_("Your answer takes too long to calculate. Please write it in a simpler form."),
}


class SandboxError(TakwinError):
    """A call to the sandbox gave no result; `reason` names why, in `WORDS`."""

    def __init__(self, reason: str, detail: str = "") -> None:
        """Keep the reason, and a detail for the operator's log."""
        super().__init__(f"sandbox_{reason}", detail=detail)
        self.reason = reason
        self.detail = detail
        self.message = self.words(str)

    def words(self, translate: Callable[[str], str]) -> str:
        """Return the message in the reader's language."""
        return translate(WORDS[self.reason])

    def __str__(self) -> str:
        """Return the message: capa shows people what its errors say."""
        return self.message


class SandboxUnavailable(SandboxError, Unavailable):
    """This machine can give no sandbox, or it could not be started."""


class SandboxTimeout(SandboxError, Unavailable):
    """The call used up its time, or none of the places became free in time."""


class SandboxRefused(SandboxError, Refused):
    """The call was stopped for what it did, or not started for what it asked."""


class CodeFailed(SandboxError):
    """The code ran to an exception of its own: `kind` is its name, `text` what it said, `line` where."""

    def __init__(self, kind: str, text: str, line: int | None = None) -> None:
        """Keep what the code raised."""
        self.kind = kind
        self.text = text
        self.line = line
        super().__init__("failed", f"{kind}: {text}")

    def words(self, translate: Callable[[str], str]) -> str:
        """Return what was raised, with the line of the script where there is one."""
        template = translate(WORDS["failed" if self.line is None else "failed_line"])
        return template.format(error=self.kind, text=self.text, line=self.line)
