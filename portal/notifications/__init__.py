"""The noun `notifications`."""
