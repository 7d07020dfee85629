"""Who may see and do what: levels, audiences, disclosure rows, the signed viewer context and the verbs."""
