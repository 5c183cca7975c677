"""The directory as documents for other programs: maps, spreadsheets, search engines, health records."""
