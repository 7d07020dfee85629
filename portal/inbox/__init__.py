"""How somebody looks at their worklists: which one, narrowed how, in which order."""
