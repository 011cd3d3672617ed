"""Alerting: who hears what, when. Plans deliveries from outbox rows, sends them under a lease, escalates, reminds."""
