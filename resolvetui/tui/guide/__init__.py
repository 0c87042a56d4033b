"""The guided install: one question after the other, from nothing to a checked environment."""
