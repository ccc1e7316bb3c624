"""Runs what authors program and what learners type as formulas, where it can harm nobody.

Problem scripts, formulas, symbolic answers and authors' patterns go to a separate process without network, files or
secrets, with two seconds and half a gigabyte a call. Where no sandbox can be had, they are refused in words.
"""

from .bindings import install
from .confinement import Availability, probe
from .errors import CodeFailed, SandboxError, SandboxRefused, SandboxTimeout, SandboxUnavailable
from .sandbox import Sandbox

__all__ = [
    "Availability",
    "CodeFailed",
    "Sandbox",
    "SandboxError",
    "SandboxRefused",
    "SandboxTimeout",
    "SandboxUnavailable",
    "install",
    "probe",
]
