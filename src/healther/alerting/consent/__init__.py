"""Asking addresses whether they want mail by the operator's server, and keeping to what they say."""
