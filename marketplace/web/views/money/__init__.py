"""Pages about money: invoices, and what goes through the bank."""
