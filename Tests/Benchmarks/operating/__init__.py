"""What the shows of operation share: gateways, services and loads. See `Tests/Benchmarks/reload` and those beside it."""
