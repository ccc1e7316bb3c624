"""The ports of the inner rooms, filled in by SQLAlchemy, mail and files."""
