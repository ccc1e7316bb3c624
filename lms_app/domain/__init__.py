"""The plain rules of training: no database, no web, no files."""
