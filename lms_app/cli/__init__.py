"""`takwin`: everything that an operator does from a terminal."""

import warnings

# XBlock's file library says so at each start; whoever types a command can do nothing about it.
warnings.filterwarnings("ignore", message="pkg_resources is deprecated as an API", category=UserWarning)

from lms_app.cli.main import main  # noqa: E402 -- the filter comes before the import that warns

__all__ = ["main"]
