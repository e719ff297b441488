"""The staff pages: what they say, what their buttons do, and how many queries they cost."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from outreach.actions import alerts, clock, reading_today
from outreach.models import (
    Activity,
    Alert,
    Campaign,
    Enrollment,
    InboundText,
    Incident,
    Message,
    Series,
    Subscriber,
)
from tests import builders
from tests.rules.pdf_files import SLEEP, pdf_file, set_pages
from tests.web.conftest import words

SOME = 3


def fill() -> Campaign:
    """A little of everything, `SOME` of each."""
    now = clock.now()
    people = [builders.make_subscriber(now=now) for _ in range(SOME)]
    campaign = builders.make_campaign(now=now)
    for n, run in enumerate(Enrollment.objects.filter(campaign=campaign).order_by("pk")):
        Message.objects.create(
            enrollment=run, step_number=1, step=campaign.series.steps.get(channel=run.channel, number=1),
            campaign=campaign, subscriber=run.subscriber, channel=run.channel, status=["sent", "skipped", "uncertain"][n % 3],
            reason=["", "late", "no_clear_answer"][n % 3], claimed_at=now, sent_at=now, wanted_at=now,
        )  # fmt: skip
    for person in people:
        builders.make_text(person, at=now - timedelta(minutes=20))
        builders.make_incident(person, at=now - timedelta(minutes=5))
        builders.make_series(published=False, status="review")
    alerts.raise_alert("sms_filtered", "A carrier filtered the text as spam.", now)
    return campaign


PAGES = {
    "/": 26,  # late in the evening nothing more goes out today, and two questions more say why
    "/attention/": 19,
    "/catch-up/": 7,
    "/series/": 6,
    "/series/{slug}/": 10,
    "/series/{slug}/article/": 8,
    "/series/{slug}/emails/1/edit/": 10,
    "/series/{slug}/texts/": 10,
    "/series/{slug}/newer/": 6,
    "/campaigns/": 7,
    "/campaigns/{pk}/": 11,
    "/campaigns/{pk}/stop/": 9,
    "/people/": 6,
    "/people/{person}/": 18,
    "/doubts/": 7,
    "/inbox/": 12,
    "/inbox/{text}/": 16,
    "/incidents/{incident}/": 12,
}


@pytest.mark.parametrize(("path", "most"), [pytest.param(p, n, id=p) for p, n in PAGES.items()])
def test_a_page_costs_a_bounded_number_of_queries_however_much_it_shows(staff: Client, path: str, most: int) -> None:
    counts = []
    for _ in range(2):
        campaign = fill()
        where = path.format(
            slug=campaign.series.slug,
            pk=campaign.pk,
            person=Subscriber.objects.order_by("pk")[0].pk,
            text=InboundText.objects.order_by("pk")[0].pk,
            incident=Incident.objects.order_by("pk")[0].pk,
        )
        with CaptureQueriesContext(connection) as captured:
            assert staff.get(where).status_code == 200
        counts.append(len(captured))
    assert max(counts) <= most
    assert counts[1] <= counts[0] + 4  # a second campaign may cost its person's plan, never a query per row


def test_today_puts_a_crisis_first_with_its_timer(staff: Client) -> None:
    now = clock.now()
    builders.make_text(builders.make_subscriber(first_name="Ben"), "When is the next meeting?", at=now)
    builders.make_incident(builders.make_subscriber(first_name="Cleo"), at=now - timedelta(minutes=5, seconds=30))
    shown = words(staff.get("/"))
    assert shown.index("Cleo") < shown.index("Ben")
    assert "9 minutes left to take it on" in shown


def test_a_crisis_nobody_took_on_says_how_long_it_is_overdue(staff: Client) -> None:
    builders.make_incident(builders.make_subscriber(), at=clock.now() - timedelta(minutes=40, seconds=5))
    assert "overdue for 25 minutes" in words(staff.get("/attention/"))


def test_with_nothing_to_do_today_says_so_and_what_to_do_next(staff: Client) -> None:
    shown = words(staff.get("/"))
    assert "Nothing needs you now" in shown and "Make a series from an article" in shown


def test_today_counts_what_goes_out_by_hour_with_its_zone(staff: Client) -> None:
    builders.make_subscriber()
    now = clock.now()
    campaign = builders.make_campaign(now=now)
    Enrollment.objects.filter(campaign=campaign).update(next_due_at=now)
    shown = words(staff.get("/"))
    assert "Goes out today" in shown and (" EST</th>" in shown or " EDT</th>" in shown)


def test_today_does_not_count_who_is_on_hold_or_asked_for_a_pause(staff: Client) -> None:
    now = clock.now()
    held, paused, back_today, _ready = (builders.make_subscriber() for _ in range(4))
    campaign = builders.make_campaign(now=now)
    Enrollment.objects.filter(campaign=campaign).update(next_due_at=now)
    Subscriber.objects.filter(pk=held.pk).update(held_reason="staff")
    Subscriber.objects.filter(pk=paused.pk).update(paused_until=now + timedelta(days=5))
    Subscriber.objects.filter(pk=back_today.pk).update(paused_until=now)
    assert sum(hour.emails for hour in reading_today.due_today(now, "America/New_York")) == 2


def test_a_character_that_cannot_be_stored_is_refused_and_nothing_breaks(staff: Client) -> None:
    assert staff.post("/new/campaign/", {"series": "x", "name": "A\0B"}).status_code == 400
    assert staff.get("/people/", {"q": "A\0B"}).status_code == 400


def test_an_alert_is_closed_by_a_person_once(staff: Client) -> None:
    alerts.raise_alert("sms_filtered", "A carrier filtered the text as spam.", clock.now())
    alert = Alert.objects.get()
    assert "A carrier filtered" in words(staff.get("/"))
    staff.post(f"/alerts/{alert.pk}/close/")
    alert.refresh_from_db()
    assert alert.closed_at is not None and alert.closed_by is not None
    assert "A carrier filtered" not in words(staff.get("/"))


def test_an_article_becomes_a_draft_and_then_a_published_series(staff: Client) -> None:
    article = (builders.ROOT / "outreach/samples/heroin_and_the_brain.txt").read_bytes()
    upload = SimpleUploadedFile("heroin_and_the_brain.txt", article)
    answer = staff.post("/new/series/", {"file": upload, "topic": "recovery-notes", "cadence": "gentle"})
    series = Series.objects.get()
    assert answer["Location"] == f"/series/{series.slug}/"
    shown = words(staff.get(answer["Location"]))
    assert "sentences placed" in shown and "Publish these" in shown
    staff.post(f"/series/{series.slug}/publish/")
    series.refresh_from_db()
    assert series.status == "published" and series.approved_by == User.objects.get()


def test_a_pdf_becomes_a_draft_that_asks_to_be_confirmed(staff: Client) -> None:
    upload = SimpleUploadedFile("sleep.pdf", pdf_file(set_pages(SLEEP)))
    answer = staff.post("/new/series/", {"file": upload, "topic": "recovery-notes", "cadence": "gentle"})
    assert "compare the emails with it, then confirm them" in words(staff.get(answer["Location"]))
    assert "confirm-structure" in {problem["code"] for problem in Series.objects.get().problems}


@pytest.mark.parametrize("pasted", [False, True], ids=["uploaded", "pasted"])
def test_a_table_of_ready_messages_becomes_a_draft_with_the_attribution_given(staff: Client, pasted: bool) -> None:
    told = "subject,text\nA quiet minute for you and me,Rest well.\n,Walk for ten minutes.\n"
    form = {"text": told} if pasted else {"file": SimpleUploadedFile("harbor_messages.csv", told.encode())}
    asked = {**form, "topic": "recovery-notes", "cadence": "gentle"}
    refused = staff.post("/new/series/", asked)
    assert refused.status_code == 422 and "Nothing says where these messages come from" in words(refused)
    form_again = {**asked, "attribution": "Harbor House library, CC BY 4.0"}
    if not pasted:
        form_again["file"] = SimpleUploadedFile("harbor_messages.csv", told.encode())
    shown = words(staff.get(staff.post("/new/series/", form_again)["Location"]))
    assert "sentences of the ready messages stand in the emails and texts" in shown and "page furniture" not in shown
    assert "From: Harbor House library, CC BY 4.0" in shown
    slug = Series.objects.get().slug
    for part in ("emails/1/edit/", "texts/"):
        assert "their words are changed in their file" in words(staff.get(f"/series/{slug}/{part}"))
    assert Series.objects.get().steps.count() == 2


def test_the_pages_of_ready_messages_lead_only_to_what_there_is(staff: Client) -> None:
    told = SimpleUploadedFile("harbor.csv", b"text,source\nWalk for ten minutes.,Harbor House\n")
    answer = staff.post("/new/series/", {"file": told, "topic": "recovery-notes", "cadence": "gentle"})
    tabs = answer["Location"]
    shown = words(staff.get(tabs))
    assert f'href="{tabs}texts/"' in shown and f'href="{tabs}newer/"' in shown
    assert f'href="{tabs}article/"' not in shown and f'href="{tabs}emails/1/edit/"' not in shown
    assert "Each text is a row of the file" in words(staff.get(f"{tabs}texts/"))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Choose a file, give an address or paste the article."),
        ({"text": "   ", "address": " "}, "Choose a file, give an address or paste the article."),
        ({"address": "http://127.0.0.1/article.html"}, "leads into a private network"),
        ({"address": "http://localhost:8000/article.html"}, "port 8000"),
        ({"address": "example.org/article"}, "begin with https://"),
        ({"text": "A title\n\nOne sentence here.", "topic": "nope", "cadence": "gentle"}, "No topic is called"),
    ],
)
def test_an_article_that_cannot_be_used_is_answered_in_a_sentence(
    staff: Client, given: dict[str, str], said: str
) -> None:
    answer = staff.post("/new/series/", given)
    assert answer.status_code == 422 and said in words(answer)
    assert not Series.objects.exists()


def test_a_series_shows_both_subjects_and_what_each_text_costs(staff: Client) -> None:
    series = builders.make_series(published=False)
    shown = words(staff.get(f"/series/{series.slug}/"))
    for said in ("Small step 1", "Your note 1", "One small thing for today", "call one person", "1 part"):
        assert said in shown


def test_a_series_with_errors_has_no_publish_button_and_refuses_a_post(staff: Client) -> None:
    problem = {"severity": "error", "code": "x", "where": "email 1", "say": "The subject is empty."}
    series = builders.make_series(published=False, problems=[problem])
    shown = words(staff.get(f"/series/{series.slug}/"))
    assert "The subject is empty." in shown and "Publish these" not in shown
    assert "mend them first" in words(staff.post(f"/series/{series.slug}/publish/", follow=True))


@pytest.mark.parametrize("published", [True, False])
def test_the_preview_is_the_email_and_may_do_nothing(staff: Client, published: bool) -> None:
    series = builders.make_series(published=published)
    answer = staff.get(f"/series/{series.slug}/emails/1/")
    assert "drink a glass of water" in words(answer) and "Hi Ann," in words(answer)
    policy = answer["Content-Security-Policy"]
    assert "sandbox" in policy and "frame-ancestors 'self'" in policy and "script-src" not in policy
    assert staff.get(f"/series/{series.slug}/emails/9/").status_code == 404


def test_a_campaign_is_made_started_paused_resumed_and_stopped(staff: Client) -> None:
    builders.make_subscriber()
    series = builders.make_series()
    path = staff.post("/new/campaign/", {"series": series.slug, "name": "Autumn"})["Location"]
    campaign = Campaign.objects.get()
    for verb, button, status in [
        ("start", "2 emails and 2 texts", "running"),
        ("pause", "2 emails and 2 texts", "paused"),
        ("resume", "2 emails and 2 texts", "running"),
        ("stop", "Stop 4 messages", "stopped"),
    ]:
        asked = words(staff.get(f"{path}{verb}/"))
        campaign.refresh_from_db()
        assert button in asked and campaign.status != status  # asking changed nothing
        staff.post(f"{path}{verb}/")
        campaign.refresh_from_db()
        assert campaign.status == status
    assert set(Enrollment.objects.values_list("status", "exit_reason")) == {("exited", "campaign_stopped")}
    assert list(Activity.objects.filter(object_kind="campaign").order_by("pk").values_list("verb", flat=True)) == [
        "created", "started", "paused", "resumed", "stopped",
    ]  # fmt: skip


@pytest.mark.parametrize("verb", ["start", "resume"])
def test_what_a_campaign_cannot_do_is_said_and_not_done(staff: Client, verb: str) -> None:
    builders.make_subscriber()
    campaign = builders.make_campaign()
    assert "This campaign is running" in words(staff.get(f"/campaigns/{campaign.pk}/{verb}/", follow=True))
    assert "cannot become running" in words(staff.post(f"/campaigns/{campaign.pk}/{verb}/", follow=True))
    assert Enrollment.objects.count() == 2


def test_a_campaign_can_be_for_some_people_and_says_for_whom(staff: Client) -> None:
    family = builders.make_subscriber(role="family", tags=["spring"])
    builders.make_subscriber()
    series = builders.make_series()
    form = {"series": series.slug, "name": "Families", "role": "family", "tags": "Spring", "states": ""}
    path = staff.post("/new/campaign/", form)["Location"]
    assert "for families, tagged “spring”" in words(staff.get(path))
    assert "emails to 1 person" in words(staff.get(f"{path}start/"))
    staff.post(f"{path}start/")
    assert set(Enrollment.objects.values_list("subscriber", flat=True)) == {family.pk}


def test_a_tag_that_nobody_has_is_refused_with_the_one_that_was_meant(staff: Client) -> None:
    builders.make_subscriber(tags=["alumni"])
    form = {"series": builders.make_series().slug, "name": "Not alumni", "without": "alumn"}
    answer = staff.post("/new/campaign/", form)
    assert "Nobody is tagged “alumn”. Did you mean “alumni”?" in words(answer) and not Campaign.objects.exists()


def test_an_audience_that_can_no_longer_be_read_still_has_its_page(staff: Client) -> None:
    campaign = builders.make_campaign()
    Campaign.objects.update(audience={"rolle": "family"})
    assert "an audience that can no longer be read" in words(staff.get(f"/campaigns/{campaign.pk}/"))


def test_an_audience_that_cannot_be_is_said_and_what_was_typed_stays(staff: Client) -> None:
    form = {"series": builders.make_series().slug, "name": "Georgia", "states": "Georgia", "tags": "spring"}
    answer = staff.post("/new/campaign/", form)
    assert answer.status_code == 422 and "“GEORGIA” is not a state" in words(answer)
    assert 'value="spring"' in answer.content.decode() and not Campaign.objects.exists()


def test_a_start_says_how_many_people_get_the_same_series_from_another_campaign(staff: Client) -> None:
    builders.make_subscriber()
    first = builders.make_campaign()
    staff.post("/new/campaign/", {"series": first.series.slug, "name": "Once more"})
    start = f"/campaigns/{Campaign.objects.latest('pk').pk}/start/"
    assert "Another campaign is giving this series to 1 of these people already" in words(staff.get(start))
    staff.post(f"/campaigns/{first.pk}/stop/")
    shown = words(staff.get(start))
    assert "Another campaign" not in shown and "emails to 1 person, texts to 1 person" in shown


def test_an_unknown_act_is_not_found(staff: Client) -> None:
    campaign = builders.make_campaign()
    assert staff.get(f"/campaigns/{campaign.pk}/explode/").status_code == 404
    assert staff.get("/campaigns/999999/").status_code == 404


def test_progress_is_a_fragment_that_asks_again_only_while_there_is_something_to_see(staff: Client) -> None:
    builders.make_subscriber()
    campaign = builders.make_campaign()
    shown = words(staff.get(f"/campaigns/{campaign.pk}/progress/", headers={"HX-Request": "true"}))
    assert "<html" not in shown and 'hx-trigger="every 2s"' in shown
    staff.post(f"/campaigns/{campaign.pk}/stop/")
    assert "hx-trigger" not in words(staff.get(f"/campaigns/{campaign.pk}/progress/"))


def test_progress_counts_outcomes_and_who_waits_by_step(staff: Client) -> None:
    campaign = fill()
    shown = words(staff.get(f"/campaigns/{campaign.pk}/"))
    assert "2 sent" in shown.replace("<dt>Sent</dt><dd>2</dd>", "2 sent")
    assert "12 messages to come" in shown and "Small step 1" in shown and "Next due" in shown


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Ann", "Ben"]),
        ("ann", ["Ann"]),
        ("ANN@EXAMPLE.ORG", ["Ann"]),
        ("ann@", ["Ann"]),
        ("(404) 555-0142", ["Ben"]),
        ("0142", ["Ben"]),
        ("ben kirk", ["Ben"]),
        ("ben zzz", []),
        ("%", []),
    ],
)
def test_people_are_found_by_name_address_or_number(staff: Client, query: str, found: list[str]) -> None:
    builders.make_subscriber(first_name="Ann", last_name="Abel", email="ann@example.org", phone=None)
    builders.make_subscriber(first_name="Ben", last_name="Kirk", email=None, phone="+14045550142")
    answer = staff.post("/people/", {"q": query})
    assert answer["Location"] == "/people/"  # what was searched for is not in the URL
    shown = words(staff.get("/people/"))
    assert [name for name in ("Ann", "Ben") if f"<strong>{name} " in shown] == found


def test_people_come_a_page_at_a_time(staff: Client) -> None:
    Subscriber.objects.bulk_create([Subscriber(first_name=f"Nr{n:03}", created_at=builders.NOW) for n in range(90)])
    seen: list[str] = []
    path = "/people/"
    for _ in range(3):
        shown = words(staff.get(path))
        seen += [line.split("</strong>")[0] for line in shown.split("<strong>")[1:]]
        more = shown.partition("/people/?before=")[2].partition('"')[0]
        path = f"/people/?before={more}"
    assert len(seen) == len(set(seen)) == 90 and not more


def test_a_person_page_says_why_and_what_comes_next(staff: Client) -> None:
    person = builders.make_subscriber(now=clock.now())
    campaign = builders.make_campaign(now=clock.now())
    Message.objects.create(
        enrollment=Enrollment.objects.get(channel="email"), step_number=1, campaign=campaign, subscriber=person,
        step=campaign.series.steps.get(channel="email", number=1), channel="email", status="skipped", reason="late",
        claimed_at=clock.now(),
    )  # fmt: skip
    shown = words(staff.get(f"/people/{person.pk}/"))
    for said in (
        "What comes next",
        "Small step 1",
        "Left out: too late for this step",
        "Yes, please write to me.",
        " ES",
    ):
        assert said in shown
    assert staff.get("/people/999999/").status_code == 404


def test_everything_for_a_person_is_held_and_let_go_in_one_click(staff: Client) -> None:
    person = builders.make_subscriber()
    path = f"/people/{person.pk}/hold/"
    assert "Say in a few words why" in words(staff.post(path, {"reason": " "}, follow=True))
    shown = words(staff.post(path, {"reason": "in hospital"}, follow=True))
    person.refresh_from_db()
    assert person.held_reason == "in hospital" and "in hospital" in shown
    staff.post(path, {"unhold": "1"})
    person.refresh_from_db()
    assert person.held_reason is None
    assert list(Activity.objects.filter(object_kind="subscriber").order_by("pk").values_list("verb", "detail")) == [
        ("held", "in hospital"),
        ("unheld", ""),
    ]


def test_a_crisis_is_taken_on_by_one_person_and_closed(staff: Client) -> None:
    incident = builders.make_incident(builders.make_subscriber(), at=clock.now())
    assert "It is yours" in words(staff.post(f"/incidents/{incident.pk}/acknowledge/", follow=True))
    assert "taken this on already" in words(staff.post(f"/incidents/{incident.pk}/acknowledge/", follow=True))
    staff.post(f"/incidents/{incident.pk}/close/")
    incident.refresh_from_db()
    assert incident.closed_at is not None and incident.inbound.closed_at is not None


def test_closing_a_conversation_leaves_open_what_came_since_and_a_crisis(staff: Client) -> None:
    person = builders.make_subscriber()
    incident = builders.make_incident(person)
    seen = builders.make_text(person, at=builders.NOW + timedelta(minutes=1))
    later = builders.make_text(person, "And one more thing", at=builders.NOW + timedelta(minutes=2))
    staff.post(f"/inbox/{seen.pk}/close/")
    still = set(InboundText.objects.filter(closed_at=None).values_list("pk", flat=True))
    assert still == {incident.inbound_id, later.pk}
    assert Incident.objects.get().closed_at is None


def test_the_inbox_groups_by_number_and_shows_a_conversation_in_order(staff: Client) -> None:
    person = builders.make_subscriber(first_name="Ben")
    for n, body in enumerate(["First question", "Second question"]):
        text = builders.make_text(person, body, at=builders.NOW + timedelta(minutes=n))
    shown = words(staff.get("/inbox/"))
    assert shown.count("<strong>Ben") == 1 and "2 texts" in shown
    talk = words(staff.get(f"/inbox/{text.pk}/"))
    assert talk.index("First question") < talk.index("Second question")


def test_what_people_write_is_shown_as_text(staff: Client) -> None:
    person = builders.make_subscriber(first_name="<b>Eve</b>")
    text = builders.make_text(person, "<script>alert(1)</script>")
    for path in ("/", "/inbox/", f"/inbox/{text.pk}/", f"/people/{person.pk}/"):
        shown = words(staff.get(path))
        assert "<script>alert" not in shown and "<b>Eve" not in shown


@pytest.mark.parametrize(
    "path", ["/series/nope/", "/series/nope/emails/1/", "/people/0/", "/inbox/0/", "/campaigns/0/"]
)
def test_what_is_not_there_is_a_calm_page(staff: Client, path: str) -> None:
    answer = staff.get(path)
    assert answer.status_code == 404 and "To the first page" in words(answer)


def test_a_doubtful_message_is_listed_with_its_person_and_sent_again_at_a_persons_word(staff: Client) -> None:
    person = builders.make_subscriber(channels=["email"])
    campaign = builders.make_campaign()
    run_ = Enrollment.objects.get(subscriber=person)
    Enrollment.objects.update(next_step=2)
    message = Message.objects.create(
        kind="step", enrollment=run_, step_number=1, campaign=campaign, subscriber=person, channel="email",
        address_key=person.email_key, status="uncertain", reason="no_clear_answer", claimed_at=builders.NOW,
    )  # fmt: skip
    assert 'href="/doubts/"' in staff.get("/").content.decode()
    shown = words(staff.get("/doubts/"))
    assert person.name in shown and "no clear answer" in shown
    said = words(staff.post(f"/doubts/{message.pk}/resend/", follow=True))
    assert "It is due again" in said and "Nothing is doubtful" in said
    assert Enrollment.objects.get(subscriber=person).next_step == 1
    assert "only what is uncertain" in words(staff.post(f"/doubts/{message.pk}/resend/", follow=True))
