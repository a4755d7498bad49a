"""Invoices of the cooperative: issuing and crediting, reading, and the facts that they name."""
