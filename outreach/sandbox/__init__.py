"""The sandbox: a local SendGrid and Twilio on real HTTP, with inboxes and phones to look at and reply from.

It is a process of its own (`python -m outreach.sandbox`), keeps an append-only witness log in SQLite, and knows
nothing of our database: what it says it received is evidence, not an echo of what we believe we sent. Nothing that
reaches it ever leaves the machine, except the signed webhooks to the address it was started with.
"""
