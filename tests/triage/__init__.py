"""Labelled texts, and how well triage reads them."""
