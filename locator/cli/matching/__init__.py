"""Match every row of a table to its nearest clinics and pair, in the memory of a small one."""
