"""How someone becomes a user, and shows later that it is them."""
