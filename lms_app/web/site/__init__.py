"""Pages about the site itself: its source, and help."""
