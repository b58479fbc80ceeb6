"""Plays months of a clinic in seconds, with the real planner and sender and made-up patients.

script: what a clinic tells us when · cast, lives: patients and how their year goes · lines: what
they write back · people: when they and the staff do · premises: a clinic in a folder that goes away
· playing: the play itself · seen: what a viewer sees · outcome: what it amounts to · stories: some
patients' years in sentences · drill: a made-up emergency on a clinic's own ladder.
"""

from reminders.simulator.outcome import Outcome
from reminders.simulator.playing import simulate
from reminders.simulator.script import Arrival, Script
from reminders.simulator.seen import Seen, Way

__all__ = ["Arrival", "Outcome", "Script", "Seen", "Way", "simulate"]
