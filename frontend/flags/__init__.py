"""Pages about flags: raising, reading and triage."""
