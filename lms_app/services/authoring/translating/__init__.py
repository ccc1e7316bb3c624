"""A course in other languages: what is to be translated, how far that is, and the desk on which it is done."""
