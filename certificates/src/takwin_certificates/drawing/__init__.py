"""Laying out the facts of an award on paper: words, dates, sizes that fit, pictures."""
