"""When members can be booked, and the appointments that are."""
