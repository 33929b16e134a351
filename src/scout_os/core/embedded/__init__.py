"""A real PostgreSQL and a real Valkey in a data directory. Two Python wheels contain the programs.

For the start without configuration and for tests; production uses servers of its own.
"""
