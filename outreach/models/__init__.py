"""Tables, constraints and named querysets. The past is rows here; the future is computed by `outreach.rules.planner`."""

from outreach.models.campaigns import Batch, Campaign, Enrollment
from outreach.models.chain import ConsentLink, ConsentSeal
from outreach.models.content import AppliedSchedules, Article, Series, SeriesEdit, Step
from outreach.models.doors import FormCount
from outreach.models.erasure import ErasureRequest
from outreach.models.inbox import Alert, CrisisMessage, InboundEmail, InboundText, Incident, Page, Reply
from outreach.models.messages import CatchUp, DeliveryEvent, LanePause, Message, SenderPace, Watermark, WebhookReceipt
from outreach.models.people import Consent, ConsentAttestation, ConsentEvent, ConsentPersonal, Subscriber, Suppression
from outreach.models.staff import Activity, ClockSetting

__all__ = [
    "Activity",
    "Alert",
    "AppliedSchedules",
    "Article",
    "Batch",
    "Campaign",
    "CatchUp",
    "ClockSetting",
    "Consent",
    "ConsentAttestation",
    "ConsentEvent",
    "ConsentLink",
    "ConsentPersonal",
    "ConsentSeal",
    "CrisisMessage",
    "DeliveryEvent",
    "Enrollment",
    "ErasureRequest",
    "FormCount",
    "InboundEmail",
    "InboundText",
    "Incident",
    "LanePause",
    "Message",
    "Page",
    "Reply",
    "SenderPace",
    "Series",
    "SeriesEdit",
    "Step",
    "Subscriber",
    "Suppression",
    "Watermark",
    "WebhookReceipt",
]
