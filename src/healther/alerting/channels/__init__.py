"""A workspace's channels: what people configure, and the test message."""
