"""A few months of life for the demo: two organisations, five estates, their people and some 400 complaints."""
