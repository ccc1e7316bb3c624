"""Where things are kept: the database's base types and sessions, transactions, and files under their hashes."""
