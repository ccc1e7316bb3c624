"""What is wrong with a course, said so that whoever wrote it can mend it."""

from __future__ import annotations

from dataclasses import dataclass

EVERY_LANGUAGE = "ar, fr, en"


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing to mend: where it is, what it is, and what helps."""

    course: str
    language: str
    file: str
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        """Return one line: `course, language: file:line: what → remedy`."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{self.course}, {self.language}: {place}: {self.what} → {self.remedy}"
