"""The pages on which staff read and change a draft: what they show, what their buttons do, what they refuse."""

from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from outreach.actions import clock, drafting, editing, publishing
from outreach.models import Article, Series, Step
from tests import builders
from tests.web.conftest import words

SAMPLE = builders.ROOT / "outreach" / "samples" / "heroin_and_the_brain.txt"
TEXT = SAMPLE.read_text(encoding="utf-8")
OURS = "These are words of our own and nobody else's."
BAD = "<script>alert('x')</script><b onclick=x>"


@pytest.fixture
def series(staff: Client) -> Series:
    """A draft of the sample article."""
    now = clock.now()
    return drafting.draft_series(SAMPLE.read_bytes(), SAMPLE.name, topic="recovery-notes", cadence="gentle", now=now)


def said(series: Series, sentence: int) -> str:
    return drafting.originals(series)[sentence - 1]


def shown(client: Client, path: str) -> str:
    """A page as a person reads it: its entities resolved."""
    answer = client.get(path, follow=True)
    assert answer.status_code == 200, path
    return unescape(words(answer))


def act(client: Client, series: Series, sentence: int, act: str, **more: str) -> Any:
    return client.post(f"/series/{series.slug}/sentences/{sentence}/", {"act": act, **more})


PAGES = ["", "article/", "emails/1/edit/", "texts/", "newer/"]


@pytest.mark.parametrize("page", PAGES)
def test_looking_changes_nothing(staff: Client, series: Series, page: str) -> None:
    before = (series.content_hash, Article.objects.count(), series.edits.count())
    shown(staff, f"/series/{series.slug}/{page}")
    series.refresh_from_db()
    assert (series.content_hash, Article.objects.count(), series.edits.count()) == before


@pytest.mark.parametrize("page", PAGES)
def test_the_pages_hold_no_script_style_or_foreign_address(staff: Client, series: Series, page: str) -> None:
    html = words(staff.get(f"/series/{series.slug}/{page}"))
    assert " style=" not in html and "<style" not in html and " onclick" not in html and "<script>" not in html
    assert 'href="http' not in html and 'src="http' not in html


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("published", [True, False])
def test_a_series_from_before_sentences_were_kept_has_its_pages(staff: Client, page: str, published: bool) -> None:
    series = builders.make_series(published=published)
    assert "Small steps" in shown(staff, f"/series/{series.slug}/{page}")


def test_the_article_page_leads_from_each_sentence_to_its_email_and_text(staff: Client, series: Series) -> None:
    editing.reword(series, 2, OURS, now=clock.now())
    editing.strike(series, 5, now=clock.now())
    page = shown(staff, f"/series/{series.slug}/article/")
    assert "59 of 60 sentences placed, 1 struck out by staff, 7 lines left out" in page
    step = series.steps.filter(channel="sms").first()
    assert step is not None
    sentence = step.content["sentences"][0]
    assert f'href="/series/{series.slug}/texts/#t{sentence}"' in page
    for n in range(1, 61):
        assert f'id="s{n}"' in page
    assert f'href="/series/{series.slug}/emails/4/edit/#s60"' in page
    assert said(series, 2) in page and OURS in page and said(series, 5) in page, "the old words stay visible"
    assert "What Heroin Does in the Brain" in page and "was in email 1" in page


def test_a_line_left_out_is_put_back_by_one_click_and_a_second_does_no_harm(staff: Client, series: Series) -> None:
    line = next(d["line"] for d in series.dropped if d["reason"] == "between title and text")
    path = f"/series/{series.slug}/lines/"
    first, second = (staff.post(path, {"line": line}) for _ in range(2))
    assert first["Location"] == second["Location"]
    sentence = int(first["Location"].rpartition("#s")[2])
    series.refresh_from_db()
    assert said(series, sentence) in line
    assert series.edits.get().kind == "restore" and "Put back" in shown(staff, f"/series/{series.slug}/")


def test_a_line_that_was_not_left_out_is_refused(staff: Client, series: Series) -> None:
    answer = staff.post(f"/series/{series.slug}/lines/", {"line": "Something else"}, follow=True)
    assert "not among those left out" in words(answer)


def test_a_sentence_is_reworded_struck_and_taken_back_where_it_stands(staff: Client, series: Series) -> None:
    place = f"/series/{series.slug}/emails/1/edit/#s2"
    seen = editing.marks(series)[2]
    assert act(staff, series, 2, "save", words=OURS, seen=seen)["Location"] == place
    assert OURS in shown(staff, place) and f"The author wrote: {said(series, 2)}" in shown(staff, place)
    assert act(staff, series, 2, "strike", seen=editing.marks(series)[2])["Location"] == place
    page = shown(staff, place)
    assert "struck out" in page and said(series, 2) in page
    seen = editing.marks(series)[2]
    for _ in range(2):
        assert act(staff, series, 2, "back", seen=seen)["Location"] == place
    assert not series.edits.exists()


@pytest.mark.parametrize(
    ("given", "why"),
    [
        pytest.param({"act": "save", "words": " "}, "Write the words that should stand there", id="no words"),
        pytest.param({"act": "save", "words": "x" * 2001}, "at most 2000", id="too many words"),
        pytest.param({"act": "save", "words": OURS, "seen": "0" * 16}, "Somebody changed this sentence", id="stale"),
        pytest.param({"act": "strike", "seen": "0" * 16}, "Somebody changed this sentence", id="stale strike"),
        pytest.param({"act": "save_text", "words": ""}, "or leave the text out", id="no words for a text"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_to_a_sentence_is_said(
    staff: Client, series: Series, given: dict[str, str], why: str
) -> None:
    answer = staff.post(f"/series/{series.slug}/sentences/2/", given, follow=True)
    assert why in unescape(words(answer)) and not series.edits.exists()


def test_an_act_nobody_knows_is_not_found(staff: Client, series: Series) -> None:
    assert act(staff, series, 2, "explode").status_code == 404


def test_subjects_are_saved_counted_and_taken_back(staff: Client, series: Series) -> None:
    made = Step.objects.get(series=series, channel="email", number=2).content["subject"]
    path = f"/series/{series.slug}/emails/2/edit/"
    answer = staff.post(path, {"subject": "A subject of our own", "was_subject": made})
    assert answer["Location"] == f"{path}#lines"
    page = shown(staff, path)
    assert 'value="A subject of our own"' in page and "20 characters; 30 to 60 show well." in page
    assert "Rather short." in page
    staff.post(path, {"back": "subject"})
    assert f'value="{made}"' in shown(staff, path) and not series.edits.exists()


def test_words_that_were_refused_stay_in_the_form(staff: Client, series: Series) -> None:
    made = Step.objects.get(series=series, channel="email", number=2).content
    given = {
        "subject": " ",
        "was_subject": made["subject"],
        "preheader": "Kept here",
        "was_preheader": made["preheader"],
    }
    answer = staff.post(f"/series/{series.slug}/emails/2/edit/", given)
    assert answer.status_code == 422 and "Write the words" in words(answer) and 'value="Kept here"' in words(answer)
    assert not series.edits.exists()


def test_our_words_are_marked_and_the_authors_are_not(staff: Client, series: Series) -> None:
    page = shown(staff, f"/series/{series.slug}/emails/2/edit/")
    ours, authored = page.split('class="ours-line"'), page.split('<details class="sentence')
    assert any("Part 2 of 4" in piece[:200] for piece in ours[1:])
    assert any("Next time:" in piece[:200] for piece in ours[1:])
    assert len(authored) - 1 == len(Step.objects.get(series=series, channel="email", number=2).content["sources"])


def test_the_lock_screen_shows_both_senders(staff: Client, series: Series) -> None:
    page = shown(staff, f"/series/{series.slug}/emails/1/edit/")
    lock = page[page.index("On a locked phone") : page.index("In the inbox")]
    assert "ALANA Recovery" in lock and "A. Health Notes" in lock and "Part 1 of 4 of your reading series" in lock
    assert "Hi Ann," in page, "as plain text"


def test_texts_are_worded_left_out_and_made(staff: Client, series: Series) -> None:
    texts = {s.content["sentences"][0]: s for s in series.steps.filter(channel="sms")}
    first, other = sorted(texts)[:2]
    place = f"/series/{series.slug}/texts/"
    assert act(staff, series, first, "save_text", words=OURS)["Location"] == f"{place}#t{first}"
    assert OURS in shown(staff, place) and "worded by staff" in shown(staff, place)
    act(staff, series, other, "leave_out_text")
    assert "taken out by a person" in shown(staff, place) and "Take it back in" in shown(staff, place)
    act(staff, series, first, "take_text_back")
    act(staff, series, other, "take_text_back")
    assert not series.edits.exists() and OURS not in shown(staff, place)
    new = series.rejected[0]["sentences"][0]
    assert act(staff, series, new, "save_text", words="Rest a while today.")["Location"] == f"{place}#t{new}"
    assert "Rest a while today." in shown(staff, place)


def test_what_a_text_would_cost_is_told_before_it_is_saved(staff: Client, series: Series) -> None:
    path = f"/series/{series.slug}/measure/"
    long = words(staff.post(path, {"words": "Call one person you trust today. " * 6}))
    assert "2 parts" in long and "<html" not in long
    assert "988 or 911" in words(staff.post(path, {"words": "An overdose can kill within minutes."}))
    assert "Shorten it" in words(staff.post(path, {"words": "word " * 400}))
    assert "Write a sentence" in words(staff.post(path, {"words": " "}))
    subject = words(staff.post(path, {"kind": "subject_discreet", "subject_discreet": "Heroin and the brain"}))
    assert "20 characters" in subject and "somebody else may read it" in subject
    assert not series.edits.exists()


def test_a_number_of_emails_is_asked_for(staff: Client, series: Series) -> None:
    path = f"/series/{series.slug}/count/"
    staff.post(path, {"emails": "3"})
    assert series.steps.filter(channel="email").count() == 3
    staff.post(path, {"emails": ""})
    assert series.steps.filter(channel="email").count() == 4
    assert "as a number" in words(staff.post(path, {"emails": "many"}, follow=True))
    assert "from 1 to 60" in words(staff.post(path, {"emails": "99"}, follow=True))


def test_every_change_is_listed_with_who_and_taken_back(staff: Client, series: Series) -> None:
    act(staff, series, 2, "save", words=OURS)
    page = shown(staff, f"/series/{series.slug}/")
    listed = page[page.index("Changed by staff") :]
    assert said(series, 2) in listed and OURS in listed and "Dana" in listed
    edit = series.edits.get()
    staff.post(f"/series/{series.slug}/edits/{edit.pk}/", {"act": "discard"})
    assert not series.edits.exists()
    again = staff.post(f"/series/{series.slug}/edits/{edit.pk}/", {"act": "discard"}, follow=True)
    assert "not there any more" in words(again)


def conflict(series: Series) -> str:
    """An edit of a sentence that the author changed since; gives the author's new words."""
    editing.reword(series, 2, OURS, now=clock.now())
    now = said(series, 2)
    series.edits.update(was="As it was before.", conflict="changed", author_now=now)
    drafting.rebuild(series)
    return now


@pytest.mark.parametrize(("choice", "ours"), [("keep", True), ("discard", False)])
def test_a_conflict_comes_first_and_is_settled_either_way(
    staff: Client, series: Series, choice: str, ours: bool
) -> None:
    now = conflict(series)
    page = shown(staff, f"/series/{series.slug}/")
    decide = page[page.index("For you to decide") : page.index("To look at")]
    assert "As it was before." in decide and now in decide and OURS in decide
    assert "Publish these" not in page and "1 error has to be mended (sentence 2)" in page
    staff.post(f"/series/{series.slug}/edits/{series.edits.get().pk}/", {"act": choice})
    assert (OURS in shown(staff, f"/series/{series.slug}/emails/1/edit/")) == ours
    assert "For you to decide" not in shown(staff, f"/series/{series.slug}/")
    assert "Publish these" in shown(staff, f"/series/{series.slug}/")


def test_an_edit_whose_sentence_is_gone_can_only_be_discarded(staff: Client, series: Series) -> None:
    series.edits.create(kind="reword", was="Gone.", words=OURS, conflict="gone", at=clock.now())
    page = shown(staff, f"/series/{series.slug}/")
    assert "Discard ours" in page and "Keep ours" not in page
    path = f"/series/{series.slug}/edits/{series.edits.get().pk}/"
    assert "no longer in the article" in unescape(words(staff.post(path, {"act": "keep"}, follow=True)))


@pytest.mark.parametrize(
    ("where", "link"),
    [
        ("email 2, subject", "emails/2/edit/#subject"),
        ("email 2, discreet preheader", "emails/2/edit/#preheader_discreet"),
        ("email 2, sentence 14", "emails/2/edit/#s14"),
        ("sentence 60", "emails/4/edit/#s60"),
        ("email 3", "emails/3/edit/"),
        ("text 3", "texts/#text-3"),
        ("texts 1, 4", "texts/#text-1"),
        ("article", "article/"),
        ("an edit", "#decide"),
    ],
)
def test_a_problem_leads_to_its_place(staff: Client, series: Series, where: str, link: str) -> None:
    series.problems = [{"severity": "warning", "code": "x", "where": where, "say": "Look."}]
    series.save()
    assert f'href="/series/{series.slug}/{link}"' in words(staff.get(f"/series/{series.slug}/"))


def test_a_guessed_structure_is_confirmed_before_publishing(staff: Client, series: Series) -> None:
    series.problems = [{"severity": "warning", "code": "confirm-structure", "where": "article", "say": "Check it."}]
    series.save()
    page = shown(staff, f"/series/{series.slug}/")
    assert "The file did not tell its structure." in page and "nobody has confirmed its structure" in page
    assert "Publish these" not in page
    for _ in range(2):
        staff.post(f"/series/{series.slug}/confirm/")
    page = shown(staff, f"/series/{series.slug}/")
    assert "Structure confirmed" in page and "by Dana" in page and "Publish these" in page


def test_words_that_changed_since_the_page_was_opened_are_not_published(staff: Client, series: Series) -> None:
    seen = series.content_hash
    editing.strike(series, 2, now=clock.now())
    answer = staff.post(f"/series/{series.slug}/publish/", {"seen": seen}, follow=True)
    assert "changed while this page was open" in words(answer)
    series.refresh_from_db()
    assert series.status == "draft"


def hand_in(staff: Client, series: Series, text: str) -> Any:
    upload = SimpleUploadedFile("newer.txt", text.encode())
    return staff.post(f"/series/{series.slug}/newer/", {"file": upload})


def test_a_newer_article_is_compared_word_by_word_and_then_taken_in(staff: Client, series: Series) -> None:
    editing.reword(series, 5, OURS, now=clock.now())
    path = hand_in(staff, series, TEXT.replace(said(series, 2), said(series, 2)[:-1] + " these days."))["Location"]
    page = shown(staff, path)
    assert "sentences: 1 reworded" in page.lower() and "edits kept: 1" in page
    assert "<ins>" in page and " these days" in page and "Take these changes into the draft" in page
    series.refresh_from_db()
    assert "these days" not in said(series, 2), "looking stores nothing in the series"
    answer = staff.post(path, {"seen": series.content_hash})
    assert answer["Location"] == f"/series/{series.slug}/"
    series.refresh_from_db()
    assert "these days" in said(series, 2) and series.edits.get().words == OURS
    assert series.article.source_name == "newer.txt"


def test_of_a_published_series_a_new_draft_is_made_and_both_name_each_other(staff: Client, series: Series) -> None:
    publishing.publish(series, now=clock.now())
    series.refresh_from_db()
    path = hand_in(staff, series, TEXT.replace(said(series, 2), "The author says it anew today."))["Location"]
    assert "Make a new draft with these changes" in shown(staff, path)
    made = [staff.post(path, {"seen": series.content_hash})["Location"] for _ in range(2)]
    assert made[0] == made[1] == f"/series/{series.slug}-2/"
    assert f'href="/series/{series.slug}/"' in shown(staff, made[0]) and "It is to replace" in shown(staff, made[0])
    assert f'href="{made[0]}"' in shown(staff, f"/series/{series.slug}/")
    assert Series.objects.count() == 2


def test_compiling_again_with_the_same_rules_says_that_nothing_changes(staff: Client, series: Series) -> None:
    path = staff.post(f"/series/{series.slug}/newer/", {"again": "1"})["Location"]
    page = shown(staff, path)
    assert "Nothing changes" in page and "Take these changes" not in page
    refused = staff.post(path, {"seen": series.content_hash}, follow=True)
    assert "Nothing changes" in words(refused)


@pytest.mark.parametrize(("text", "why"), [("", "Choose a file"), ("x", "")])
def test_a_newer_article_that_cannot_be_read_is_answered_in_a_sentence(
    staff: Client, series: Series, text: str, why: str
) -> None:
    answer = staff.post(f"/series/{series.slug}/newer/", {"text": text})
    assert answer.status_code == 422 and why in words(answer) and 'role="alert"' in words(answer)
    assert Article.objects.count() == 1


def test_only_an_article_handed_in_for_this_series_is_compared(staff: Client, series: Series) -> None:
    token = hand_in(staff, series, TEXT.replace(said(series, 2), "Anew."))["Location"].rstrip("/").rpartition("/")[2]
    other = builders.make_series(published=False)
    assert staff.get(f"/series/{other.slug}/newer/{token}/").status_code == 404
    assert staff.get(f"/series/{series.slug}/newer/{token}x/").status_code == 404


PUBLISHED = [
    ("sentences/2/", {"act": "save", "words": OURS}),
    ("sentences/2/", {"act": "strike"}),
    ("sentences/2/", {"act": "back"}),
    ("sentences/2/", {"act": "save_text", "words": OURS}),
    ("emails/1/edit/", {"subject": OURS, "was_subject": "x"}),
    ("lines/", {"line": "Blog"}),
    ("count/", {"emails": "2"}),
]


@pytest.mark.parametrize(("path", "given"), PUBLISHED)
def test_a_published_series_is_read_only(staff: Client, series: Series, path: str, given: dict[str, str]) -> None:
    publishing.publish(series, now=clock.now())
    answer = staff.post(f"/series/{series.slug}/{path}", given, follow=True)
    assert "does not change any more" in unescape(words(answer))
    assert not series.edits.exists()


@pytest.mark.parametrize("page", PAGES[:-1])
def test_the_pages_of_a_published_series_offer_a_new_draft_and_no_field(
    staff: Client, series: Series, page: str
) -> None:
    publishing.publish(series, now=clock.now())
    html = words(staff.get(f"/series/{series.slug}/{page}"))
    assert "Make a new draft of it" in html and "<textarea" not in html and "Take back" not in html
    assert "Put it back" not in html and "Make a text of it" not in html
    series.refresh_from_db()
    answer = staff.post(f"/series/{series.slug}/again/", {"seen": series.content_hash})
    assert answer["Location"] == f"/series/{series.slug}-2/"


def test_what_authors_and_staff_write_is_shown_as_text(staff: Client) -> None:
    """Tags in the article, in its furniture, in our words and in the newer version."""
    article = f"Menu {BAD}\n\nWalking {BAD}\n\n" + "\n\n".join(
        f"A walk of {n} minutes {BAD} clears the head and costs nothing at all." for n in range(20, 30)
    )
    now = clock.now()
    series = drafting.draft_series(article.encode(), "a.txt", topic="recovery-notes", cadence="gentle", now=now)
    editing.reword(series, 2, f"Ours {BAD}", now=now)
    editing.word_text(series, 3, f"Text {BAD}", now=now)
    editing.word_email(series, 1, "subject", f"Subject {BAD}", now=now)
    pages = [words(staff.get(f"/series/{series.slug}/{page}")) for page in PAGES]
    pages.append(words(staff.post(f"/series/{series.slug}/measure/", {"words": BAD})))
    pages.append(
        words(staff.get(hand_in(staff, series, article.replace("21 minutes", "<i>22</i> minutes"))["Location"]))
    )
    for html in pages:
        assert "<script>alert" not in html and "<b onclick" not in html and "<i>22" not in html
    assert sum("&lt;script&gt;" in html for html in pages) >= 6


@pytest.mark.parametrize("path", ["article/", "texts/", "emails/1/edit/", "newer/", "newer/x/", "emails/99/edit/"])
def test_what_is_not_there_is_not_found(staff: Client, path: str) -> None:
    slug = builders.make_series(published=False).slug if path == "emails/99/edit/" else "nope"
    assert staff.get(f"/series/{slug}/{path}").status_code == 404


@pytest.mark.parametrize("page", ["", "article/", "emails/1/edit/", "texts/"])
def test_a_longer_draft_costs_no_more_queries(staff: Client, page: str) -> None:
    counts = []
    for many in (2, 9):
        series = builders.make_series(published=False, emails=many, texts=many)
        with CaptureQueriesContext(connection) as captured:
            shown(staff, f"/series/{series.slug}/{page}")
        counts.append(len(captured))
    assert counts[0] == counts[1]
