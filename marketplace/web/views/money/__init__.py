"""Pages about money that goes through the bank."""
