"""Checking any file that says it is a certificate, without a network, and telling three things apart: genuine, valid, by whom."""
