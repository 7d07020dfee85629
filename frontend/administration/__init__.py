"""An agency’s people and teams, for its administrators."""
