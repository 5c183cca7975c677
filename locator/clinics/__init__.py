"""clinics."""
