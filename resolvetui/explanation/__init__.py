"""Why there is no solution, in sentences that people can act on."""
