"""Tables of any community: CSV, spreadsheets, JSON lines, Parquet, test collections."""
