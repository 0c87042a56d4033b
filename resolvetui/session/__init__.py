"""The shell around one user's attempts: drives the solver, holds the facts."""
