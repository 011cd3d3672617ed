"""Incidents: opened, acknowledged, updated, resolved - and the timeline of everything that happened to them."""
