"""The only room that opens outbound connections for tenants: the guard, the resolver, the client on top."""
