"""What providers and people tell us: verified by the door, stored first, applied at once, harmless when told twice."""
