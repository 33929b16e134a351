"""How the app looks: its theme, and the parts that screens are made of."""
