"""What all features use. Nothing in here knows a feature."""
