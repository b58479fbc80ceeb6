"""Treatments come in: the hands that open what a clinic drops, and hand on its rows."""
