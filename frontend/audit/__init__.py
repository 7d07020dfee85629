"""The audit as guardians and data protection officers read it."""
