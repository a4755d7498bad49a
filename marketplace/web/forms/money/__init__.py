"""Forms about money that comes in, and goes through the bank."""
