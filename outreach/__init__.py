"""Outreach: an article becomes a drip series of emails and texts, delivered on time, once, and with every opt-out honoured."""

__version__ = "0.1.0"
