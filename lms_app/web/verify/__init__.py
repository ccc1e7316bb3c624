"""The public check of a certificate."""
