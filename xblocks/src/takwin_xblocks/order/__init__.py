"""Put steps in order."""
