"""Attendance at a face-to-face session: personal QR codes, a trainer's phone that needs no network, and the sheet on paper."""
