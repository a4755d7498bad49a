"""Files of the bank: statements in camt.053, MT940 and CSV, and orders to pay with the bank's answers."""
