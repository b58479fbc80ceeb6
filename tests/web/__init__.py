"""Tests of the web door: mirrors reminders/web, over real HTTP."""
