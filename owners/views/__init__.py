"""The registry's pages: parse, one service or query, render or redirect."""
