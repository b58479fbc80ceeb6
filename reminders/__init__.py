"""Treatments come in, the right text goes out at the right local time, answers reach a person.

care: the rules, pure · store, gateways, intake, templates, settings, clock: the hands ·
runtime: holds the hands · planning, sending: what is done · importing, rounds: in which order ·
cli, simulator: the doors. The whole house is drawn in docs/architecture.md.
"""
