"""The calls to the kernel that a sandboxed process may not make: other processes, networks, namespaces, keys.

The file system is already read-only and private and the network already empty; this filter also keeps one call from
disturbing another (signals, debugging, priorities) and from multiplying (processes and threads).
"""

from __future__ import annotations

import ctypes
import errno
import platform

_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2

_RETURN_ALLOW = 0x7FFF0000
_RETURN_ERRNO = 0x00050000
_RETURN_KILL = 0x80000000

_LOAD_WORD = 0x20
_JUMP_IF_EQUAL = 0x15
_JUMP_IF_GREATER_OR_EQUAL = 0x35
_RETURN = 0x06

_OFFSET_NUMBER = 0
_OFFSET_ARCHITECTURE = 4
_OFFSET_FIRST_ARGUMENT = 16
_OFFSET_SECOND_ARGUMENT = 24
_X32_BIT = 0x40000000

# Numbers from 424 on are the same on every architecture.
_UNIFIED = {
    "pidfd_send_signal": 424, "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427,
    "open_tree": 428, "move_mount": 429, "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433,
    "pidfd_open": 434, "pidfd_getfd": 438, "process_madvise": 440, "mount_setattr": 442, "memfd_secret": 447,
    "process_mrelease": 448,
}  # fmt: skip
_X86_64 = {
    "shmget": 29, "shmat": 30, "shmctl": 31, "socket": 41, "connect": 42, "accept": 43, "bind": 49, "listen": 50,
    "socketpair": 53, "clone": 56, "fork": 57, "vfork": 58, "execve": 59, "kill": 62, "semget": 64, "semop": 65,
    "semctl": 66, "msgget": 68, "msgsnd": 69, "msgrcv": 70, "msgctl": 71, "ptrace": 101, "syslog": 103,
    "rt_sigqueueinfo": 129, "personality": 135, "setpriority": 141, "sched_setparam": 142, "sched_setscheduler": 144,
    "pivot_root": 155, "chroot": 161, "mount": 165, "umount2": 166, "tkill": 200, "sched_setaffinity": 203,
    "semtimedop": 220, "tgkill": 234, "mq_open": 240, "mq_unlink": 241, "kexec_load": 246, "add_key": 248,
    "request_key": 249, "keyctl": 250, "ioprio_set": 251, "unshare": 272, "accept4": 288, "rt_tgsigqueueinfo": 297,
    "perf_event_open": 298, "name_to_handle_at": 303, "open_by_handle_at": 304, "setns": 308, "process_vm_readv": 310,
    "process_vm_writev": 311, "kcmp": 312, "sched_setattr": 314, "memfd_create": 319, "bpf": 321, "execveat": 322,
    "userfaultfd": 323, "migrate_pages": 256, "move_pages": 279,
}  # fmt: skip
_GENERIC = {
    "ioprio_set": 30, "umount2": 39, "mount": 40, "pivot_root": 41, "chroot": 51, "personality": 92, "unshare": 97,
    "kexec_load": 104, "syslog": 116, "ptrace": 117, "sched_setparam": 118, "sched_setscheduler": 119,
    "sched_setaffinity": 122, "kill": 129, "tkill": 130, "tgkill": 131, "rt_sigqueueinfo": 138, "setpriority": 140,
    "mq_open": 180, "mq_unlink": 181, "msgget": 186, "msgctl": 187, "msgrcv": 188, "msgsnd": 189, "semget": 190,
    "semctl": 191, "semtimedop": 192, "semop": 193, "shmget": 194, "shmctl": 195, "shmat": 196, "socket": 198,
    "socketpair": 199, "bind": 200, "listen": 201, "accept": 202, "connect": 203, "add_key": 217, "request_key": 218,
    "keyctl": 219, "clone": 220, "execve": 221, "rt_tgsigqueueinfo": 240, "perf_event_open": 241, "accept4": 242,
    "name_to_handle_at": 264, "open_by_handle_at": 265, "setns": 268, "process_vm_readv": 270,
    "process_vm_writev": 271, "kcmp": 272, "sched_setattr": 274, "memfd_create": 279, "bpf": 280, "execveat": 281,
    "userfaultfd": 282, "migrate_pages": 238, "move_pages": 239,
}  # fmt: skip
_CLONE3 = 435  # must look absent, so that the C library falls back to `clone`

# Signals may also be sent by owning a descriptor: F_SETOWN, F_SETSIG, F_SETOWN_EX; FIOSETOWN, SIOCSPGRP.
_REFUSED_FCNTL = (8, 10, 15)
_REFUSED_IOCTL = (0x8901, 0x8902)

# machine: (audit number of the architecture, refused calls, numbers of prlimit64, fcntl and ioctl)
_ARCHITECTURES = {
    "x86_64": (0xC000003E, _X86_64, (302, 72, 16)),
    "aarch64": (0xC00000B7, _GENERIC, (261, 25, 29)),
    "riscv64": (0xC00000F3, _GENERIC, (261, 25, 29)),
}


class _Instruction(ctypes.Structure):
    _fields_ = (("code", ctypes.c_uint16), ("jt", ctypes.c_uint8), ("jf", ctypes.c_uint8), ("k", ctypes.c_uint32))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("filter", ctypes.POINTER(_Instruction)))


def supported(machine: str | None = None) -> bool:
    """Say whether the numbers of the kernel's calls are known for this machine."""
    return (machine or platform.machine()) in _ARCHITECTURES


_Step = tuple[int, int, int, int]
_REFUSE = (_RETURN, 0, 0, _RETURN_ERRNO | errno.EPERM)
_ALLOW = (_RETURN, 0, 0, _RETURN_ALLOW)


def _refuse_values(number: int, offset: int, values: tuple[int, ...]) -> list[_Step]:
    """Refuse one call when the argument at `offset` has one of these values."""
    tests = [step for value in values for step in ((_JUMP_IF_EQUAL, 0, 1, value), _REFUSE)]
    return [(_JUMP_IF_EQUAL, 0, len(tests) + 2, number), (_LOAD_WORD, 0, 0, offset), *tests, _ALLOW]


def _program(machine: str) -> list[_Step]:
    architecture, numbers, (prlimit, fcntl, ioctl) = _ARCHITECTURES[machine]
    code = [
        (_LOAD_WORD, 0, 0, _OFFSET_ARCHITECTURE),
        (_JUMP_IF_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _RETURN_KILL),
        (_LOAD_WORD, 0, 0, _OFFSET_NUMBER),
    ]
    if machine == "x86_64":
        code += [(_JUMP_IF_GREATER_OR_EQUAL, 0, 1, _X32_BIT), (_RETURN, 0, 0, _RETURN_KILL)]
    for number in sorted({*numbers.values(), *_UNIFIED.values()}):
        code += [(_JUMP_IF_EQUAL, 0, 1, number), _REFUSE]
    code += [(_JUMP_IF_EQUAL, 0, 1, _CLONE3), (_RETURN, 0, 0, _RETURN_ERRNO | errno.ENOSYS)]
    code += _refuse_values(fcntl, _OFFSET_SECOND_ARGUMENT, _REFUSED_FCNTL)
    code += _refuse_values(ioctl, _OFFSET_SECOND_ARGUMENT, _REFUSED_IOCTL)
    # The limits of another process may not be changed; one's own are those of "process 0".
    code += [
        (_JUMP_IF_EQUAL, 0, 3, prlimit),
        (_LOAD_WORD, 0, 0, _OFFSET_FIRST_ARGUMENT),
        (_JUMP_IF_EQUAL, 1, 0, 0),
        _REFUSE,
        _ALLOW,
    ]
    return code


def confine() -> None:
    """Refuse these calls from now on, in this process; refuse to go on where the filter cannot be set."""
    code = _program(platform.machine())
    array = (_Instruction * len(code))(*(_Instruction(*step) for step in code))
    program = _Program(len(code), array)
    libc = ctypes.CDLL(None, use_errno=True)
    unused = ctypes.c_ulong(0)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), unused, unused, unused):
        raise OSError(ctypes.get_errno(), "PR_SET_NO_NEW_PRIVS")
    if libc.prctl(_PR_SET_SECCOMP, ctypes.c_ulong(_SECCOMP_MODE_FILTER), ctypes.byref(program), unused, unused):
        raise OSError(ctypes.get_errno(), "PR_SET_SECCOMP")
