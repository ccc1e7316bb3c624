# ruff: noqa: INP001 -- it stands beside its package, as setuptools wants

"""Compile the blocks' catalogues of words while a distribution is built; all else is said in pyproject.toml.

Hosts read compiled catalogues, which are made and not kept in the repository. An editable install has them from
`python deploy/catalogues.py compile`.
"""

from __future__ import annotations

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

SHARED = "contract"


class BuildWithWords(build_py):
    """Builds the modules, then what they say: a block's own words, and those that all blocks share."""

    def run(self) -> None:
        """Build, and compile beside each catalogue that was copied."""
        super().run()
        if not self.editable_mode:
            for source in Path(self.build_lib).rglob("LC_MESSAGES/*.po"):
                compile_words(source)


def compile_words(source: Path) -> None:
    """Write the compiled form of a catalogue, with the words shared by all blocks that it lacks."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415 -- optional package: an editable install goes without
    from babel.messages.pofile import read_po  # noqa: PLC0415 -- optional package

    language = source.parts[-3]
    with source.open("rb") as file:
        words = read_po(file, locale=language)
    shared = source.parents[4] / SHARED / Path(*source.parts[-4:])
    with shared.open("rb") as file:
        for message in read_po(file, locale=language):
            if message.id and message.id not in words:
                words[message.id] = message
    with source.with_suffix(".mo").open("wb") as file:
        write_mo(file, words)


setup(cmdclass={"build_py": BuildWithWords})
