"""What has to be said on the public pages, in every language. The words themselves: english.py and spanish.py.

The pages say nothing of what the messages are about: a link may be opened on a shared screen. What a person agrees to is
stored as it stands there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from outreach.rules.cadence import Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language's words. `box_email` and `box_sms` take a topic's label; `paused` takes a date; `asked_texts`,
    `waits_number` and `start_number` take the number to text. `zones` maps an IANA zone ("": none chosen) to its name."""

    language: str
    other: str
    other_name: str
    leave_title: str
    leave_ask: str
    leave_button: str
    leave_hint: str
    done_title: str
    done_say: str
    done_small: str
    undo: str
    undone_title: str
    undone_say: str
    not_undone_title: str
    not_undone_say: str
    wait_title: str
    wait_say: str
    again: str
    settings_title: str
    settings_say: str
    emails: str
    texts: str
    box_email: str
    box_sms: str
    closed_stopped: str
    closed_unreachable: str
    discreet: str
    discreet_hint: str
    language_label: str
    save: str
    saved: str
    pause_title: str
    pause_say: str
    pause_button: str
    paused: str
    end_pause: str
    write_title: str
    write_say: str
    write_label: str
    write_hint: str
    write_button: str
    write_nothing: str
    write_often: str
    written: str
    crisis_title: str
    call_to: str
    text_to: str
    everything_title: str
    everything_say: str
    everything_button: str
    left_title: str
    left_say: str
    nothing_here: str
    broken_title: str
    broken_say: str
    links_title: str
    links_say: str
    subscribe_title: str
    subscribe_say: str
    first_name: str
    email: str
    phone: str
    email_hint: str
    phone_hint: str
    zip_code: str
    zip_hint: str
    optional: str
    leave_empty: str
    subscribe_button: str
    subscribe_small: str
    wrong: str
    wrong_nothing: str
    wrong_no_email: str
    wrong_email: str
    wrong_no_phone: str
    wrong_phone: str
    wrong_zip: str
    wrong_name: str
    asked_title: str
    asked_email: str
    asked_texts: str
    asked_texts_no_number: str
    asked_small: str
    confirm_title: str
    confirm_say: str
    confirm_button: str
    confirmed_title: str
    confirmed_say: str
    not_confirmed_title: str
    not_confirmed_say: str
    adult: str
    wrong_adult: str
    wrong_again: str
    about_you: str
    busy_title: str
    busy_say: str
    held: str
    stale: str
    closed_provider: str
    start_number: str
    start_anywhere: str
    waits_number: str
    waits_anywhere: str
    zone_label: str
    zone_hint: str
    zones: Mapping[str, str]
    emails_left_title: str
    emails_left_say: str
    undo_small: str
    lost_title: str
    lost_say: str
    lost_link: str
    fault_title: str
    fault_say: str
    again_title: str
    again_say: str
    unseen_say: str
    contact: str
    crisis: str

    def box(self, channel: str, topic: Topic) -> str:
        """The exact words beside a box, which are what a person agrees to."""
        label = topic.label_es if self.language == "es" else topic.label
        return (self.box_email if channel == "email" else self.box_sms).format(topic=label)
