"""Finds the class that plays a block type; a plug-in that fails to load never stops the platform."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Final

from xblock.core import XBlock, XBlockAside

from lms_app.domain.errors import NotFound
from lms_app.runtime import django_host
from lms_app.runtime.blocks import OWN, RawBlock
from lms_app.runtime.traits import OURS, TRAITS, traits_of

log = logging.getLogger(__name__)

BLOCKS: Final = "xblock.v1"
ASIDES: Final = "xblock_asides.v1"
NOT_INSTALLED: Final = "not installed"


@dataclass(frozen=True)
class Plugin:
    """One installed or known block type, and whether its class loads."""

    type: str
    package: str
    loads: bool
    why_not: str = ""
    heavy: bool = False


class BlockTypes:
    """The block types of this process. Classes are loaded when first asked for, and remembered."""

    def __init__(self, *, asides: Collection[str] = (), after_heavy: Callable[[], None] | None = None) -> None:
        self._asides = tuple(asides)
        self._after_heavy = after_heavy
        self._classes: dict[str, type[XBlock]] = {}
        self._failures: dict[str, str] = {}
        self._lock = threading.RLock()

    def load(self, block_type: str) -> type[XBlock]:
        """Return the class that plays the type; `RawBlock`, which keeps the XML, when there is none or it fails to load."""
        found = self._classes.get(block_type)
        if found is None:
            with self._lock:
                found = self._classes.get(block_type) or self._find(block_type)
                self._classes[block_type] = found
        return found

    def why(self, block_type: str) -> str:
        """Return why the type has no class, in plain English; '' when it has one."""
        self.load(block_type)
        return self._failures.get(block_type, "")

    def is_raw(self, block_type: str) -> bool:
        """Tell whether blocks of this type are only kept, not played."""
        return self.load(block_type) is RawBlock

    def is_waiting(self, block_type: str) -> bool:
        """Tell whether loading the type's class would cost seconds and memory that this process has not spent yet."""
        return traits_of(block_type).heavy and block_type not in self._classes

    def load_aside(self, aside_type: str) -> type[XBlockAside]:
        """Return the class of an allowed aside, or raise `NotFound`."""
        if aside_type not in self._asides or aside_type not in _installed(ASIDES):
            raise NotFound("no_such_aside", type=aside_type)
        django_host.configure()
        return XBlockAside.load_class(aside_type)

    @property
    def asides(self) -> tuple[str, ...]:
        """The asides that decorate blocks here: those allowed and installed, in the order of the setting."""
        return tuple(name for name in self._asides if name in _installed(ASIDES))

    def installed(self) -> tuple[str, ...]:
        """Return the names of all types that an installed distribution ships, as courses write them; nothing is imported."""
        return installed_types()

    def local_resource(self, block_type: str, uri: str) -> bytes:
        """Return the bytes of a public file that ships with a block's or an aside's class, or raise `NotFound`.

        Never the reason to import xblocks-contrib: `is_waiting` types are refused until `load` was called for them.
        """
        if self.is_waiting(block_type):
            raise NotFound("no_such_resource", type=block_type, uri=uri)
        owner: Any = self.load_aside(block_type) if block_type in self._asides else self.load(block_type)
        try:
            with owner.open_local_resource(uri) as file:
                content: bytes = file.read()
        except Exception as error:
            # Classes refuse in many ways: DisallowedFileError, FileNotFoundError, IsADirectoryError, KeyError …
            raise NotFound("no_such_resource", type=block_type, uri=uri) from error
        return content

    def survey(self, *, heavy: bool = True) -> tuple[Plugin, ...]:
        """Return every installed block type and whether it loads; without `heavy`, those of xblocks-contrib are only listed."""
        types = sorted(set(OWN) | set(installed_types()) | {t for t, known in TRAITS.items() if known.package != OURS})
        return tuple(self._look_at(block_type, heavy=heavy) for block_type in types)

    def _look_at(self, block_type: str, *, heavy: bool) -> Plugin:
        traits = traits_of(block_type)
        name = traits.alias or block_type
        entry = _installed(BLOCKS).get(name)
        package = traits.package or (entry.dist.name if entry and entry.dist else "")
        only_listed = traits.heavy and not heavy
        why = ("" if entry else NOT_INSTALLED) if only_listed else self.why(block_type)
        return Plugin(type=block_type, package=package, loads=not why, why_not=why, heavy=traits.heavy)

    def _find(self, block_type: str) -> type[XBlock]:
        traits = traits_of(block_type)
        name = traits.alias or block_type
        if name in OWN:
            return OWN[name]
        entry = _installed(BLOCKS).get(name)
        if entry is None:
            self._failures[block_type] = NOT_INSTALLED
            return RawBlock
        try:
            if traits.needs_django:
                django_host.configure()
            found: type[XBlock] = entry.load()
            found.plugin_name = name
            if traits.heavy and self._after_heavy is not None:
                self._after_heavy()
        except Exception as error:  # noqa: BLE001 -- whatever a plug-in raises while it is imported, the others must live
            log.warning("block type %s does not load: %r", block_type, error)
            self._failures[block_type] = f"{type(error).__name__}: {error}"
            return RawBlock
        return found


def installed_types() -> tuple[str, ...]:
    """Return the names of all types that an installed distribution ships, as courses write them."""
    played = {traits.alias: block_type for block_type, traits in TRAITS.items() if traits.alias.startswith("_")}
    return tuple(played.get(name, name) for name in _installed(BLOCKS) if name in played or not name.startswith("_"))


def needs_heavy_import(block_types: Iterable[str]) -> bool:
    """Tell whether showing any of these types imports xblocks-contrib; a server does that before it forks."""
    return any(traits_of(block_type).heavy for block_type in block_types)


@cache
def _installed(group: str) -> dict[str, EntryPoint]:
    # The first distribution that claims a name has it: two claims are a mistake of the installation, not of a course.
    found: dict[str, EntryPoint] = {}
    for entry in entry_points(group=group):
        found.setdefault(entry.name, entry)
    return found
