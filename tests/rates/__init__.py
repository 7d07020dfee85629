"""How much may be asked in how much time."""
