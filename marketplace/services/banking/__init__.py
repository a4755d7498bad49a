"""Services about the bank: transfers, statements, cash, and payments that we send."""
