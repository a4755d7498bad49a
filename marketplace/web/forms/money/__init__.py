"""Forms about money that comes in."""
