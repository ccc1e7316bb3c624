"""Handouts on paper: texts of a course set as PDF, in a process of its own."""
