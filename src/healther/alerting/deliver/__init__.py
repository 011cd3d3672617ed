"""Sending what the outbox holds: claim under a lease, send outside of any transaction, record under the fence."""
