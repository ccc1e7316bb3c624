"""A live observation: several observers mark what they see of a trainee, item by item."""
