"""Questions people ask of history, a file a question. Functions take a session and `now`; nothing is changed."""
