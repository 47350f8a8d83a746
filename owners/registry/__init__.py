"""The reader of registry spreadsheets: bytes in, a checked registry or a list of problems out. No database."""
