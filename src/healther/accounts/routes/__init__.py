"""Routes of accounts: thin, a file a subject."""
