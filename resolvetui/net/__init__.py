"""What every edge stands on: HTTP, credentials, cache."""
