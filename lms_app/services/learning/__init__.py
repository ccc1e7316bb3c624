"""Taking a course: enrolling, opening, answering, progress, grades."""
