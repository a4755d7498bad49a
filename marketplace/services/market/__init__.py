"""What is on offer: listings, pictures, places, search."""
