"""Channels: one file a kind of place a message can go to. They send, never decide, and know no database."""
