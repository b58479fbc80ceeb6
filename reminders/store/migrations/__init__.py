"""The schema's revisions, oldest first; a released revision is never edited."""
