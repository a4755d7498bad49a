"""Pages about money that comes in: invoices."""
