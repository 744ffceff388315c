"""What a vector of the encoder in the gateway costs: the parts of the program `encoder`."""
