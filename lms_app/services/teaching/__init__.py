"""Teaching: work that waits for a judge, learners who need a word, more time, and points decided by hand."""
