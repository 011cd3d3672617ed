"""Who hears of what, when: one turn plans what has changed since the last."""
