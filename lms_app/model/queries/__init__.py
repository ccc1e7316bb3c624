"""Named selects."""
