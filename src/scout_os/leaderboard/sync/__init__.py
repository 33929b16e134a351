"""What keeps Redis right: the fast path, the outbox relay, the rebuild and the audit."""
