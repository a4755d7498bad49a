"""Rows of orders by telephone and of orders that come back."""
