"""House-keeping that belongs to no room."""
