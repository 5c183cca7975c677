"""The published documents and the search by ZIP code over HTTP, under /api/v1."""
