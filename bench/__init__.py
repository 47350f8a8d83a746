"""Figures of the product beside their floors: `make bench`."""
