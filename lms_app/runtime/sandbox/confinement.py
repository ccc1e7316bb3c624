"""What the sandbox can see: the command line that starts Python inside bubblewrap, and whether it works on this machine."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .jail import seccomp

_JAIL = Path(__file__).parent / "jail"
_INSIDE = "/opt/jail"  # where `jail` is seen from inside
_SYSTEM_PREFIXES = (Path("/usr"), Path("/usr/local"))
_LIBRARIES = ("/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libx32", "/usr/local/lib", "/usr/local/lib64")
_MERGED = ("/lib", "/lib32", "/lib64", "/libx32")
_PROBE_SECONDS = 20

# The first process that the kernel ends when memory runs short is this one, never the site.
_EXPENDABLE = 'echo 900 2>/dev/null >/proc/self/oom_score_adj; exec "$@"'

ENVIRONMENT = {
    "HOME": "/tmp",  # noqa: S108 -- an empty, read-only folder of the sandbox
    "LANG": "C.UTF-8",
    "MPLBACKEND": "Agg",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",  # sets keep their order from one server to the next: an exercise must not change
    "PYTHONPATH": _INSIDE,
}


@dataclass(frozen=True)
class Availability:
    """Whether a sandbox can be had, and if not, why: for the operator."""

    available: bool
    reason: str = ""


def jail_command(arguments: list[str], *, hidden: tuple[Path, ...] = (), seen: tuple[Path, ...] = ()) -> list[str]:
    """Return the command that starts the server's Python inside bubblewrap.

    `hidden` folders are seen empty; `seen` folders can be read in addition to those of Python.
    """
    bwrap = shutil.which("bwrap") or "bwrap"
    command = [bwrap, "--unshare-all", "--unshare-user", "--uid", "65534", "--gid", "65534", "--as-pid-1"]
    command += ["--die-with-parent", "--new-session", "--cap-drop", "ALL", "--hostname", "sandbox", "--clearenv"]
    for name, value in ENVIRONMENT.items():
        command += ["--setenv", name, value]
    command += _libraries()
    for folder in _python_folders():
        command += ["--ro-bind", str(folder), str(folder)]
    executable = Path(sys.executable).resolve()
    if _is_of_the_system(executable.parent.parent):
        command += ["--ro-bind", str(executable), str(executable)]
    for folder in seen:
        command += ["--ro-bind", str(folder), str(folder)]
    for folder in hidden:
        if folder.is_dir() and any(folder.is_relative_to(seen) for seen in (*_python_folders(), *map(Path, _LIBRARIES))):
            command += ["--tmpfs", str(folder)]
    command += ["--ro-bind", str(_JAIL), f"{_INSIDE}/jail", "--dir", "/tmp"]  # noqa: S108 -- inside
    command += ["--dev-bind", "/dev/null", "/dev/null", "--dev-bind", "/dev/urandom", "/dev/urandom"]
    command += ["--remount-ro", "/", "--chdir", "/tmp", "--"]  # noqa: S108 -- inside
    command += [_interpreter(), "-B", "-P", "-s", "-m", "jail.server", *arguments]
    return ["/bin/sh", "-c", _EXPENDABLE, "sh", *command]


def _libraries() -> list[str]:
    arguments: list[str] = []
    for folder in _LIBRARIES:
        arguments += ["--ro-bind-try", folder, folder]
    for folder in _MERGED:
        if Path(folder).is_symlink():
            arguments += ["--symlink", str(Path(folder).readlink()), folder]
        else:
            arguments += ["--ro-bind-try", folder, folder]
    for file in ("/etc/ld.so.cache", "/etc/alternatives"):
        arguments += ["--ro-bind-try", file, file]
    return arguments


def _is_of_the_system(prefix: Path) -> bool:
    return prefix in _SYSTEM_PREFIXES


def _python_folders() -> list[Path]:
    """Return the folders of this Python and of its packages, as they are named and as they really are."""
    executable = Path(sys.executable).resolve()
    named = [Path(sys.prefix), Path(sys.base_prefix), executable.parent.parent]
    both = [place for prefix in named for place in (prefix, prefix.resolve())]
    return [folder for folder in dict.fromkeys(both) if not _is_of_the_system(folder)]


def _interpreter() -> str:
    """Return a path to Python that exists inside: that of the environment, so that its packages are found."""
    if _is_of_the_system(Path(sys.prefix)):
        return str(Path(sys.executable).resolve())
    return sys.executable


@functools.cache
def probe() -> Availability:
    """Try whether this machine can run the sandbox; the answer is remembered."""
    if sys.platform != "linux":
        return Availability(available=False, reason="the sandbox needs Linux")
    if not seccomp.supported():
        return Availability(available=False, reason=f"the sandbox does not know this processor: {os.uname().machine}")
    if shutil.which("bwrap") is None:
        return Availability(available=False, reason="bubblewrap (the command bwrap) is not installed")
    try:
        trial = subprocess.run(  # noqa: S603 -- a fixed command
            jail_command(["check"]), capture_output=True, timeout=_PROBE_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        return Availability(available=False, reason=f"bubblewrap did not start: {problem}")
    if trial.returncode:
        said = trial.stderr.decode(errors="replace").strip().splitlines() or [f"status {trial.returncode}"]
        return Availability(available=False, reason=f"bubblewrap did not start: {said[-1]}")
    return Availability(available=True)
