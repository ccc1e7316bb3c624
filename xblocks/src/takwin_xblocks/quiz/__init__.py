"""A quiz: questions with one right choice, several right choices, or a number."""
