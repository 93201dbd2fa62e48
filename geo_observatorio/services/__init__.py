"""What a user asks for: one family of verbs a file."""
