"""What subscribers of status pages are sent: the question whether the address is theirs, updates, maintenance."""
