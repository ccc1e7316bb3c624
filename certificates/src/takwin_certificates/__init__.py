"""Certificates of training: frozen records, their signature, their picture as PDF, and the check of all that."""
