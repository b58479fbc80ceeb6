"""Tests mirror the tree of the product; standin/ is a Twilio of our own to speak to."""
