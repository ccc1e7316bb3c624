"""`takwin`: everything that an operator does from a terminal."""

from lms_app.cli.main import main

__all__ = ["main"]
