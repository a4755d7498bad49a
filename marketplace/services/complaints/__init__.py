"""A complaint about a line of an order: opened by the buyer, answered, decided, and forgotten by the clock."""
