"""Proof of field practice: what a trainee did outside, shown to a trainer who accepts it, asks again or refuses."""
