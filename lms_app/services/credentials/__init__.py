"""Certificates: issuing with the answer that earns them, drawing, checking, withdrawing."""
