"""Sending: claims what is due, looks once more, speaks to the gateway, settles.

shift: one worker's turn at the outbox · writing: the last look and the words · settling: what
the gateway's answer means for the text, the number and the account.
"""

from reminders.sending.shift import Shift, send_due

__all__ = ["Shift", "send_due"]
