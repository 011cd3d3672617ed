"""Maintenance windows: when a watcher is expected to fail, so that nobody is woken and the ledger says so."""
