"""The door that Twilio and monitors knock on: webhooks, health and metrics, over HTTP.

app: what answers where · webhooks: texts and receipts come in · form: reading what was posted ·
description: the OpenAPI of it all · health: is the worker alive · metrics: figures for Prometheus ·
listening: a port and a thread.
"""
