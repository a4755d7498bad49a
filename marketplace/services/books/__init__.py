"""The books: posting, dividing, VAT, pots and payouts."""
