"""The learner's app: Flutter's looks, written in Python. It knows the service by its HTTP API only."""
