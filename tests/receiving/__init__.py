"""Tests of receiving: what a patient writes and what follows."""
