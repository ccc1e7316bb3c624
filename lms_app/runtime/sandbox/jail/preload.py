"""Which packages are loaded before forking, so that no learner waits for them, and no call pays for what it does not use."""

from __future__ import annotations

import gc
import importlib

# Loaded once, when a call first needs the group: sympy and nltk are most of the time and of the memory.
GROUPS = {
    "calc": ("calc", "calc.preview", "pyparsing"),
    "script": ("numpy", "random2", "six.moves", "math", "cmath", "fractions", "decimal", "itertools", "textwrap"),
    "scipy": (
        "scipy.constants", "scipy.integrate", "scipy.interpolate", "scipy.linalg", "scipy.optimize", "scipy.signal",
        "scipy.special", "scipy.stats",
    ),
    "sympy": ("sympy", "symmath"),
    "chem": ("nltk", "chem.chemcalc", "chem.chemtools", "chem.miller"),
    "networkx": ("networkx",),
    "certificates": (
        "takwin_certificates.verifying.child", "takwin_certificates.verifying.bounds",
        "takwin_certificates.verifying.pdf_check", "pyld.jsonld",
    ),
    "pictures": (
        "jail.pictures", "PIL.PngImagePlugin", "PIL.JpegImagePlugin", "PIL.MpoImagePlugin", "PIL.WebPImagePlugin",
        "PIL.GifImagePlugin", "PIL.AvifImagePlugin",
    ),
}  # fmt: skip

_loaded: set[str] = set()


def preload(groups: list[str]) -> None:
    """Load these groups of packages; a package that is not installed is left to fail where a script asks for it."""
    wanted = [group for group in groups if group in GROUPS and group not in _loaded]
    for group in wanted:
        _loaded.add(group)
        for name in GROUPS[group]:
            try:
                importlib.import_module(name)
            except ImportError:
                continue
    if wanted:
        gc.collect()
        gc.freeze()  # the shared pages stay shared after the fork
