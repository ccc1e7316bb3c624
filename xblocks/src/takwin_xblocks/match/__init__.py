"""Match pairs, or sort into categories."""
