"""What other programs may ask: checks of certificates, as JSON."""
