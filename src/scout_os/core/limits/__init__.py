"""How much one caller may ask for: rules, counters in this process and in Redis, and the address that asks."""
