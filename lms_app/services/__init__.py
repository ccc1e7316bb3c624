"""What people do, one module a verb; each takes what it needs and gives back frozen facts."""
