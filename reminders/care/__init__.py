"""The rules a nurse could tell over the telephone: no input, no output, no clock, no database."""
