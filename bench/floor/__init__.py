"""The floor of a page: what `startproject` makes, one view, one statement, one plain template, on the same rows."""
