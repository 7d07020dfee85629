"""A second telling of how a plan is agreed, in plain Python and without a line of the rules, and what compares them."""
