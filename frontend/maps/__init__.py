"""Maps drawn by ourselves: no tiles, no other host."""
