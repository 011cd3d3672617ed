"""Alert policies: what people edit, and what it would do."""
