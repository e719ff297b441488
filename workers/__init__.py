"""The Celery workers: thin tasks over outreach.actions. `outreach` never imports this package."""
