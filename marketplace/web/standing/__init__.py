"""How an order stands, in words: for the buyer, for the member and for the desk."""
