"""Taking people out in files, for spreadsheets and for other programs."""
