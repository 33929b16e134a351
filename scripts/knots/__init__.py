"""Draws knots and lashings, step by step, from descriptions that a reader can mend."""
