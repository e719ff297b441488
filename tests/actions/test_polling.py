"""The poll finds what webhooks lost, whatever came through in the meantime."""

from datetime import timedelta

import pytest

from outreach.actions import polling
from outreach.actions.receiving import texts
from outreach.models import InboundText, Incident, Suppression, Watermark
from outreach.providers.base import Inbound
from outreach.providers.twilio import Twilio
from outreach.running.ports import free_port
from tests import builders
from tests.builders import NOW
from tests.parts import SID, TOKEN, Sandbox

pytestmark = pytest.mark.usefixtures("stage")


def test_a_stop_whose_webhook_was_lost_is_found_though_later_texts_came_through(sandbox: Sandbox) -> None:
    """The sandbox here posts to nobody, as when our pages are down."""
    ann, ben = builders.make_subscriber(), builders.make_subscriber()
    lane = sandbox.lane("sms")
    assert lane.sms
    sandbox.client.post("/sandbox/clock", {"now": NOW.isoformat()})
    polling.poll_inbound(NOW, provider=lane.sms)
    sandbox.client.post("/sandbox/clock", {"now": (NOW + timedelta(hours=1)).isoformat()})
    sandbox.client.post("/sandbox/reply", {"from": ann.phone, "body": "STOP"})
    sandbox.client.post("/sandbox/reply", {"from": ben.phone, "body": "I want to die"})
    later = NOW + timedelta(hours=5)
    texts.take_in(
        Inbound(provider_id="SMlater", from_number=str(ben.phone), to_number="+14045550100", body="thanks", at=later),
        later,
    )
    sandbox.client.post("/sandbox/clock", {"now": later.isoformat()})
    assert polling.poll_inbound(later, provider=lane.sms) == 2
    assert Suppression.objects.filter(address_key=ann.phone_key, cause="stop").exists()
    assert Incident.objects.count() == 1
    assert polling.poll_inbound(later, provider=lane.sms) == 0
    assert InboundText.objects.count() == 3


def test_the_first_look_goes_back_to_the_first_run_however_long_polls_failed(sandbox: Sandbox) -> None:
    """No poll has ever reached its end, and the webhook of a STOP was lost in the first days."""
    ann = builders.make_subscriber()
    builders.make_campaign()
    lane = sandbox.lane("sms")
    assert lane.sms
    sandbox.client.post("/sandbox/clock", {"now": (NOW + timedelta(hours=1)).isoformat()})
    sandbox.client.post("/sandbox/reply", {"from": ann.phone, "to": "+14045550100", "body": "STOP"})
    assert polling.poll_inbound(NOW + timedelta(days=9), provider=lane.sms) >= 1
    assert Suppression.objects.filter(address_key=ann.phone_key, cause="stop").exists()


def test_a_list_that_cannot_be_read_is_asked_again_from_the_same_moment() -> None:
    gone = Twilio(f"http://127.0.0.1:{free_port(0)}", SID, TOKEN)
    Watermark.objects.create(name=polling.NAME, at=NOW - timedelta(hours=3))
    assert polling.poll_inbound(NOW, provider=gone) == 0
    assert Watermark.objects.get().at == NOW - timedelta(hours=3)
