"""The directory as a folder of files that any web host can serve: it answers without this server."""
