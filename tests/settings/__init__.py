"""The settings: what they say, what they refuse, what they hide."""
