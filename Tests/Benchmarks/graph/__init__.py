"""The graph of the vector memory beside libraries that are made for nothing else."""
