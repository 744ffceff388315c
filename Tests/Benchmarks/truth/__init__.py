"""How often answers to similar questions are right: questions whose meaning is known, and who is asked them."""
