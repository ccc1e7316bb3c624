"""Open work judged with a rubric: by its author, by peers who see no names, by trainers."""
