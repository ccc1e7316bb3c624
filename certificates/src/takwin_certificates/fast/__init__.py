"""Making the PDFs of a whole cohort fast: one design drawn once, each learner's texts set into it, signed."""

from takwin_certificates.fast.press import Press, Pressed

__all__ = ["Press", "Pressed"]
