"""From a resolution to a changed environment."""
