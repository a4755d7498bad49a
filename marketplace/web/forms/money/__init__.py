"""Forms about money that goes through the bank."""
