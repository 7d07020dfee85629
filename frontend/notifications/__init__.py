"""The pages of `notifications`."""
