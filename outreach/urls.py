"""Every URL of the program, by door."""

from django.urls import URLPattern, URLResolver, path

from outreach.web.public import preferences, reading, subscribe, unsubscribe
from outreach.web.staff import (
    campaigns,
    catching_up,
    comparing,
    doubts,
    editing,
    inbox,
    login,
    mails,
    people,
    records,
    series,
    sign_up_form,
    today,
)
from outreach.web.webhooks import sendgrid, twilio

webhooks = [
    path("hooks/sendgrid/events/", sendgrid.events),
    path("hooks/sendgrid/inbound/", sendgrid.inbound),
    path("hooks/twilio/inbound/", twilio.inbound),
    path("hooks/twilio/status/<str:key>/", twilio.status),
]
public = [
    path("u/<str:token>", unsubscribe.unsubscribe),  # a redirect to the slash would turn a POST into a GET
    path("u/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
    path("u/<str:token>/undo/", unsubscribe.undo, name="undo"),
    path("p/<str:token>/", preferences.preferences, name="preferences"),
    path("r/<str:token>/", reading.read_online, name="read_online"),
    path("subscribe/", subscribe.subscribe, name="subscribe"),
    path("subscribe/embed/", subscribe.framed, name="subscribe_framed"),
    path("subscribe/start/", subscribe.start, name="subscribe_start"),
    path("c/<str:token>/", subscribe.confirm, name="confirm"),
    path("links/", reading.where_links_are, name="links"),
]
entrance = [
    path("login/", login.Login.as_view(), name="login"),
    path("login/link/<str:token>/", login.login_link, name="login_link"),
    path("logout/", login.Logout.as_view(), name="logout"),
]
staff = [
    path("", today.today, name="today"),
    path("attention/", today.attention, name="attention"),
    path("alerts/<int:pk>/close/", today.close_alert, name="close_alert"),
    path("series/", series.index, name="series"),
    path("new/series/", series.new, name="new_series"),
    path("series/<slug:slug>/", series.one, name="one_series"),
    path("series/<slug:slug>/publish/", series.publish, name="publish"),
    path("series/<slug:slug>/emails/<int:number>/", series.preview, name="email_preview"),
    path("series/<slug:slug>/confirm/", series.confirm, name="confirm_structure"),
    path("series/<slug:slug>/article/", editing.article, name="series_article"),
    path("series/<slug:slug>/emails/<int:number>/edit/", editing.email, name="edit_email"),
    path("series/<slug:slug>/texts/", editing.texts, name="series_texts"),
    path("series/<slug:slug>/sentences/<int:number>/", editing.sentence, name="edit_sentence"),
    path("series/<slug:slug>/lines/", editing.line, name="restore_line"),
    path("series/<slug:slug>/edits/<int:pk>/", editing.edit, name="settle_edit"),
    path("series/<slug:slug>/count/", editing.count, name="ask_emails"),
    path("series/<slug:slug>/measure/", editing.measure, name="measure"),
    path("series/<slug:slug>/newer/", comparing.newer, name="newer"),
    path("series/<slug:slug>/newer/<str:token>/", comparing.difference, name="newer_difference"),
    path("series/<slug:slug>/again/", comparing.again, name="draft_again"),
    path("campaigns/", campaigns.index, name="campaigns"),
    path("new/campaign/", campaigns.new, name="new_campaign"),
    path("campaigns/<int:pk>/", campaigns.one, name="campaign"),
    path("campaigns/<int:pk>/progress/", campaigns.progress, name="progress"),
    path("campaigns/<int:pk>/<slug:verb>/", campaigns.act, name="campaign_act"),
    path("people/", people.index, name="people"),
    path("sign-up-form/", sign_up_form.show, name="sign_up_form"),
    path("people/<int:pk>/", people.one, name="person"),
    path("people/<int:pk>/hold/", people.hold, name="hold"),
    path("catch-up/", catching_up.index, name="catch_up"),
    path("catch-up/<int:pk>/", catching_up.decide, name="decide_catch_up"),
    path("people/<int:pk>/export/", records.export, name="person_export"),
    path("people/<int:pk>/erase/", records.erase, name="person_erase"),
    path("doubts/", doubts.index, name="doubts"),
    path("doubts/<int:pk>/resend/", doubts.resend, name="resend"),
    path("inbox/", inbox.index, name="inbox"),
    path("inbox/<int:pk>/", inbox.conversation, name="conversation"),
    path("inbox/<int:pk>/close/", inbox.close, name="close_conversation"),
    path("mail/<int:pk>/", mails.one, name="mail"),
    path("mail/<int:pk>/close/", mails.close, name="close_mail"),
    path("lanes/<slug:channel>/resume/", mails.resume_lane, name="resume_lane"),
    path("inbox/<int:pk>/reply/", inbox.reply, name="reply"),
    path("inbox/<int:pk>/hold/", inbox.hold_number, name="hold_number"),
    path("incidents/<int:pk>/", inbox.incident, name="incident"),
    path("incidents/<int:pk>/acknowledge/", inbox.acknowledge, name="acknowledge"),
    path("incidents/<int:pk>/close/", inbox.close_incident, name="close_incident"),
]
urlpatterns: list[URLPattern | URLResolver] = [*webhooks, *public, *entrance, *staff]
handler400 = "outreach.web.lost.unreadable"
handler403 = "outreach.web.lost.not_allowed"
handler404 = "outreach.web.lost.not_found"
handler500 = "outreach.web.lost.failed"
