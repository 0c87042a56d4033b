"""A small index inside the package, for a first try without any network."""
