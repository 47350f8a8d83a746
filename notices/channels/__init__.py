"""How each channel hands a message over. No database connection is held while it does."""
