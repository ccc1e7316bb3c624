"""The course format as files: archives opened with suspicion, XML read safely, the layout of a course found."""
