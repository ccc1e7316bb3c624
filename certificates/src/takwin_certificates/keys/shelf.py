"""The folder of all keys for one purpose: which one signs now, which did before, and what became of each.

Every change happens under a lock of the folder, so that commands and servers that run at once see one order of events.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from takwin_certificates.keys import files
from takwin_certificates.keys.ed25519 import ACTIVE
from takwin_certificates.keys.life import Life, keep, life_of
from takwin_certificates.keys.multikey import KeyProblem, any_key_of

_LEEWAY: Final = dt.timedelta(minutes=5)
"""A request that is under way looked at its clock before the key was made that it signs with."""

Make = Callable[[dt.datetime], str]
"""Makes a key that is good from that moment on, saves both halves, and returns its id."""
Vouch = Callable[[str, str], Life]
"""Tells how the old key vouches for the new one."""


def unvouched(_old: str, _new: str) -> Life:
    """Vouch for nothing."""
    return Life()


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder of keys, and how a new one is made."""

    folder: Path
    make: Make

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep others from changing the folder meanwhile."""
        files.make_folder(self.folder)
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)

    def active(self) -> str:
        """Return the id of the key that signs now, or nothing if there is none yet."""
        try:
            key_id = (self.folder / ACTIVE).read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError) as error:
            message = f"the file {ACTIVE} in {self.folder} is damaged: {error}"
            raise KeyProblem(message) from error
        any_key_of(key_id)  # a name with a path in it is no id
        return key_id

    def ids(self) -> list[str]:
        """List the ids of all keys there ever were."""
        found = sorted(path.stem for path in self.folder.glob("z*.pub"))
        for key_id in found:
            any_key_of(key_id)  # refuses a file that is no key
        return found

    def has_private(self, key_id: str) -> bool:
        """Tell whether the private half is still here."""
        return (self.folder / f"{key_id}.pem").exists()

    def current(self, now: dt.datetime) -> str:
        """Return the id of the key that signs, making one on the first call; all who call at once get the same."""
        return self.active() or self._first(now)

    def rotate(self, now: dt.datetime | None, clock: Callable[[], dt.datetime], *, vouch: Vouch = unvouched) -> str:
        """Make a new key and sign with it from now on; all others are retired."""
        with self.locked():
            return self._rotate(now, clock, vouch=vouch)

    def compromise(self, key_id: str, clock: Callable[[], dt.datetime], *, at: dt.datetime, reason: str) -> None:
        """Mark a key as known to others since that moment; the one that signs is replaced first.

        Marking it again can only make the moment earlier: what was doubtful stays doubtful.
        """
        with self.locked():
            if key_id not in self.ids():
                message = f"there is no key {key_id}"
                raise KeyProblem(message)
            if at > clock():
                message = "a key can't be compromised in the future"
                raise KeyProblem(message)
            if key_id == self.active():
                self._replace_stolen(clock)
            life = life_of(self.folder, key_id)
            earliest = min(at, life.compromised_at or at)
            retired_at = life.retired_at or _whole(clock())
            stolen = replace(life, retired_at=retired_at, compromised_at=earliest, reason=reason or life.reason)
            keep(stolen, self.folder, key_id)

    def destroy(self, key_id: str) -> None:
        """Remove the private half; the public one stays. Refused: the key that signs now, and keys that are not here."""
        with self.locked():
            if key_id not in self.ids() or not self.has_private(key_id):
                message = f"the private half of {key_id} is not here"
                raise KeyProblem(message)
            if key_id == self.active():
                message = f"{key_id} signs now: rotate first"
                raise KeyProblem(message)
            (self.folder / f"{key_id}.pem").unlink()

    def _first(self, now: dt.datetime) -> str:
        with self.locked():
            return self.active() or self._begin(self.make(_start(now)), _start(now), Life())

    def _rotate(self, now: dt.datetime | None, clock: Callable[[], dt.datetime], *, vouch: Vouch) -> str:
        old = self.active()
        since = _start(now or clock())
        new = self.make(since)
        self._begin(new, since, vouch(old, new) if old else Life())
        retired_at = _whole(now or clock())  # after the change: what was signed before it is not late
        for key_id in self.ids():
            life = life_of(self.folder, key_id)
            if key_id != new and life.retired_at is None:
                keep(replace(life, retired_at=retired_at), self.folder, key_id)
        return new

    def _replace_stolen(self, clock: Callable[[], dt.datetime]) -> None:
        """Sign with another key; where none can be made (the root is in a safe), with none at all until it can."""
        try:
            self._rotate(None, clock, vouch=unvouched)  # the old key's word could be the thief's for a key of his own
        except KeyProblem:
            (self.folder / ACTIVE).unlink()

    def _begin(self, key_id: str, since: dt.datetime, life: Life) -> str:
        keep(replace(life, since=since), self.folder, key_id)
        files.replace(self.folder / ACTIVE, key_id.encode("ascii"))
        return key_id


def _start(now: dt.datetime) -> dt.datetime:
    return _whole(now) - _LEEWAY


def _whole(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(dt.UTC).replace(microsecond=0)
