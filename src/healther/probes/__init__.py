"""Probes: one file a kind. They observe; they never judge and know no database."""
