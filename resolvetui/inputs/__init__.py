"""What the user gives: arguments, requirements files, configuration; each value with its origin."""
