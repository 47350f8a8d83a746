"""The spreadsheet reader of the registry import: bytes in, a checked registry or a list of problems out. No database."""
