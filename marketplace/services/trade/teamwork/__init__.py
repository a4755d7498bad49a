"""One job by several members: who shares in it, and their lines."""
