"""The verbs of accounts, a file a subject. They take the session and `now_ms`; they never commit."""
