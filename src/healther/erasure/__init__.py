"""The end of an account: what goes with it, what stays, and under which name."""
