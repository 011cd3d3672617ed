"""healther watches services on a cadence and tells the truth about them."""
