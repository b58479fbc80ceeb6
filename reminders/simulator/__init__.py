"""Plays months of a clinic in seconds, with the real planner and sender and made-up patients.

script: what a clinic tells us when · cast, lives: patients and how their year goes · premises:
a clinic in a folder that goes away · playing: the play itself · outcome: what it amounts to.
"""

from reminders.simulator.outcome import Outcome
from reminders.simulator.playing import Seen, simulate
from reminders.simulator.script import Arrival, Script

__all__ = ["Arrival", "Outcome", "Script", "Seen", "simulate"]
