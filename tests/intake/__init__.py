"""Exports as clinics drop them, opened, read and reported on."""
