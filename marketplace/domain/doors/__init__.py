"""The ways in which an order comes in besides a click: by telephone, shared by a team, and again and again."""
