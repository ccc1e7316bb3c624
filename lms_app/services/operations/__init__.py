"""Keeping a Takwin: backing up, restoring, telling how it is."""
