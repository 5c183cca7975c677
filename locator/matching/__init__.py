"""Adding the nearest clinics to the rows of a table, however long it is."""
