"""The noun `vocabularies`."""
