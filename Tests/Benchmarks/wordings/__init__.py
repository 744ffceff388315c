"""Whether questions in other words get the answers they should: the parts of the program `meaning`."""
