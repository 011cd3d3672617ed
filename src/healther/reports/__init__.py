"""Monthly reports: what the services of a workspace or a status page were in a month, and how that was counted."""
