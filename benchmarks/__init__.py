"""Side-by-side measurements: `make bench` runs them all, prints tables and writes benchmarks/results.json."""
