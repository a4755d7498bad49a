"""Orders from the question to the money, and the receipts that come with them."""
