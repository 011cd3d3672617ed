"""Backtest: what other rules would have made of the checks there are, and who would have heard of it."""
