"""Sending: claims what is due, looks once more, speaks to the gateway, settles.

shift: one worker's turn at the outbox · pace: how fast, and when to rest · writing: the last
look and the words · settling: what the gateway's answer means for text, number and account.
"""

from reminders.sending.shift import Shift, send_due

__all__ = ["Shift", "send_due"]
