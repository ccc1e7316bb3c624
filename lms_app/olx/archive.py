"""Opens a course brought in as tar.gz, tar, zip or folder, and believes nothing it says.

Nothing is ever unpacked to a path that an archive names: members are read where they lie, on demand.
Limits hold before bytes are read.
"""

from __future__ import annotations

import gzip
import io
import os
import stat
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Final

from lms_app.olx.files import CourseFiles, Source
from lms_app.olx.names import Limits, folded, is_leftover, normal_name
from lms_app.olx.problems import refuse

DEFAULT: Final = Limits()
_PIECE: Final = 1 << 16
_LARGEST_HEADER: Final = 1 << 20
_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_ENCRYPTED: Final = 0x1


@dataclass(frozen=True)
class _Member:
    """A regular file as the container describes it."""

    raw_name: str
    size: int
    read: Source


@contextmanager
def open_course_files(source: Path | bytes, *, limits: Limits = DEFAULT) -> Iterator[CourseFiles]:
    """Yield the files of a course below the folder of its course.xml; raise `FileRefused` for a hostile or foreign archive."""
    with ExitStack() as stack:
        if isinstance(source, Path) and source.is_dir():
            members = _folder(source, limits)
        else:
            members = _packed(_opened(source, stack), stack, limits)
        yield CourseFiles(_gathered(members, limits)).below_course_root()


def _opened(source: Path | bytes, stack: ExitStack) -> IO[bytes]:
    if isinstance(source, bytes):
        return io.BytesIO(source)
    try:
        return stack.enter_context(source.open("rb"))
    except OSError as error:
        refuse("archive_not_found", source.name, reason=error.strerror or "")


def _packed(file: IO[bytes], stack: ExitStack, limits: Limits) -> Iterator[_Member]:
    start = file.read(4)
    packed = file.seek(0, io.SEEK_END)
    file.seek(0)
    if start in _ZIP:
        return _zip(file, stack, limits)
    if start.startswith(_GZIP):
        unpacked = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 -- the stack closes it
        _gunzip(file, unpacked, packed, limits)
        file = unpacked
    return _tar(file, limits)


def _gunzip(file: IO[bytes], unpacked: IO[bytes], packed: int, limits: Limits) -> None:
    # Room for the headers too: a tar spends up to 1.5 KB on a member besides its bytes.
    most = limits.total_bytes + 2048 * limits.members
    total = 0
    try:
        with gzip.GzipFile(fileobj=file) as stream:
            while piece := stream.read(_PIECE):
                total += len(piece)
                if total > most:
                    refuse("archive_too_big", most=limits.total_bytes)
                if total > limits.ratio_from_bytes and total > packed * limits.ratio:
                    refuse("archive_bomb", ratio=limits.ratio)
                unpacked.write(piece)
    except (OSError, EOFError, zlib.error) as error:
        refuse("archive_damaged", reason=str(error))
    unpacked.seek(0)


class _HeaderGuard(io.RawIOBase):
    """Gives a tar reader its headers, but no header of a size that only an attacker needs."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        if size < 0 or size > _LARGEST_HEADER:
            refuse("archive_header_too_big", most=_LARGEST_HEADER)
        return self._file.read(size)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_SET and offset < 0:
            refuse("archive_damaged", reason="a size below zero")
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True


def _tar(file: IO[bytes], limits: Limits) -> Iterator[_Member]:
    end = file.seek(0, io.SEEK_END)
    file.seek(0)
    try:
        # "r:" and no other: what is packed was unpacked by us, under our limits.
        tar = tarfile.open(fileobj=_HeaderGuard(file), mode="r:", errorlevel=1)  # noqa: SIM115 -- closed below
    except (tarfile.TarError, ValueError, OverflowError) as error:
        refuse("archive_not_known", reason=str(error))
    with tar:
        for info in _headers(tar, limits):
            shown = info.name[:200]
            if info.isdir():
                normal_name(info.name, limits)
                continue
            if not info.isreg() or info.issparse():
                refuse("archive_not_a_file", shown, kind=_kind(info))
            if info.size > limits.member_bytes:
                refuse("archive_member_too_big", shown, most=limits.member_bytes)
            if info.size < 0 or info.offset_data + info.size > end:
                refuse("archive_damaged", shown, reason="cut short")
            yield _Member(info.name, info.size, _part_of(file, info.offset_data, info.size))


def _headers(tar: tarfile.TarFile, limits: Limits) -> Iterator[tarfile.TarInfo]:
    count = 0
    try:
        while (info := tar.next()) is not None:
            tar.members.clear()  # type: ignore[attr-defined]  # 200,000 of them would stay in memory
            count += 1
            if count > limits.members:
                refuse("archive_too_many", most=limits.members)
            yield info
    except (tarfile.TarError, ValueError, OverflowError, RecursionError, EOFError) as error:
        refuse("archive_damaged", reason=str(error))
    tar.fileobj.seek(tar.offset)
    if any(tar.fileobj.read(tarfile.BLOCKSIZE)):
        # Some versions of Python take a header that they can't read for the end, and lose what follows.
        refuse("archive_damaged", reason="a header that can't be read")


def _kind(info: tarfile.TarInfo) -> str:
    if info.issym() or info.islnk():
        return "link"
    if info.issparse():
        return "sparse"
    return "device"


def _part_of(file: IO[bytes], offset: int, size: int) -> Source:
    def read() -> bytes:
        file.seek(offset)
        return file.read(size)

    return read


def _zip(file: IO[bytes], stack: ExitStack, limits: Limits) -> Iterator[_Member]:
    try:
        archive = stack.enter_context(zipfile.ZipFile(file))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        refuse("archive_damaged", reason=str(error))
    entries = archive.infolist()
    if len(entries) > limits.members:
        refuse("archive_too_many", most=limits.members)
    for info in entries:
        shown = info.orig_filename[:200]
        # The reader cuts a name at a NUL and turns this machine's separator round: judge what was written.
        normal_name(info.orig_filename, limits)
        if info.is_dir():
            continue
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in {0, stat.S_IFREG}:
            refuse("archive_not_a_file", shown, kind="link" if kind == stat.S_IFLNK else "device")
        if info.flag_bits & _ENCRYPTED:
            refuse("archive_encrypted", shown)
        if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            refuse("archive_packing_not_known", shown)
        if info.file_size > limits.member_bytes:
            refuse("archive_member_too_big", shown, most=limits.member_bytes)
        if info.file_size > limits.ratio_from_bytes and info.file_size > info.compress_size * limits.ratio:
            refuse("archive_bomb", shown, ratio=limits.ratio)
        yield _Member(info.orig_filename, info.file_size, _entry_of(archive, info))


def _entry_of(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Source:
    def read() -> bytes:
        try:
            with archive.open(info) as entry:
                content = entry.read(info.file_size + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            refuse("archive_damaged", info.filename[:200], reason=str(error))
        if len(content) != info.file_size:
            refuse("archive_damaged", info.filename[:200], reason="not the size it declares")
        return content

    return read


def _folder(top: Path, limits: Limits) -> Iterator[_Member]:
    count = 0
    waiting = [top]
    while waiting:
        for entry in sorted(os.scandir(waiting.pop()), key=lambda found: found.name):
            name = Path(entry.path).relative_to(top).as_posix()
            if is_leftover(name):
                continue
            count += 1
            if count > limits.members:
                refuse("archive_too_many", most=limits.members)
            if entry.is_dir(follow_symlinks=False):
                normal_name(name, limits)
                waiting.append(Path(entry.path))
                continue
            if not entry.is_file(follow_symlinks=False):
                refuse("archive_not_a_file", name[:200], kind="link" if entry.is_symlink() else "device")
            size = entry.stat(follow_symlinks=False).st_size
            if size > limits.member_bytes:
                refuse("archive_member_too_big", name[:200], most=limits.member_bytes)
            yield _Member(name, size, Path(entry.path).read_bytes)


def _gathered(members: Iterator[_Member], limits: Limits) -> dict[str, tuple[int, Source]]:
    files: dict[str, tuple[int, Source]] = {}
    seen: dict[str, str] = {}
    total = 0
    for member in members:
        name = normal_name(member.raw_name, limits)
        total += member.size
        if total > limits.total_bytes:
            refuse("archive_too_big", most=limits.total_bytes)
        if not name or is_leftover(name):
            continue
        earlier = seen.setdefault(folded(name), name)
        if earlier in files and _differ(files[earlier][1], member.read):
            refuse("archive_same_name", name, other=earlier)
        files.setdefault(name, (member.size, member.read))
    return files


def _differ(one: Callable[[], bytes], other: Callable[[], bytes]) -> bool:
    return sha256(one()).digest() != sha256(other()).digest()
