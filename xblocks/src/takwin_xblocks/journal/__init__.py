"""The accompaniment plan: what a cooperative and its adviser decide to change, and what came of it."""
