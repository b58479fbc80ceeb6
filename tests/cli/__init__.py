"""Tests of the `reminders` command."""
