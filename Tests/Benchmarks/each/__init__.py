"""What each bundled filter adds to a request, in instructions and allocations."""
