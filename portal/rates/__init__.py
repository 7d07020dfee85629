"""How much may be asked in how much time, counted in PostgreSQL so that every process counts together."""
