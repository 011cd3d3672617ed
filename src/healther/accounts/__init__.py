"""Users, workspaces, memberships and the tokens that prove who is asking."""
