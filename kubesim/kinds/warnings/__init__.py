"""What the API server warns of: objects that are valid and yet hardly what was meant."""
