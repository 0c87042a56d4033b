"""From index pages to the candidates of a package."""
