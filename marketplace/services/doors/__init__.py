"""Orders by telephone, jobs that a team shares, and orders that come back."""
