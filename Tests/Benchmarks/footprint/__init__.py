"""How much memory Sluice takes under loads that are meant to fill it."""
