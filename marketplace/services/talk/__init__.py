"""Talking about an order: messages between buyer, member and cooperative."""
