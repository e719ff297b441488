"""The hands that talk to SendGrid, Twilio and SMTP. They know no model: values in, values out (see base.py)."""
