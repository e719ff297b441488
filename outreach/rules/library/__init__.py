"""A library of ready messages: a CSV file, one text or email a row, becomes a draft series that says where it comes from.

Public libraries of texts for leaving tobacco, for keeping to a medicine, for people who care for somebody come as such
tables. Their words stay as they are: nothing is cut, chosen or added but the discreet subjects and the list of sources.
"""

from outreach.rules.draft import SeriesDraft
from outreach.rules.library.columns import is_library
from outreach.rules.library.draft import draft_library, given_attribution
from outreach.rules.library.messages import Library, Message, read_messages

__all__ = ["Library", "Message", "given_attribution", "is_library", "read_library", "read_messages"]


def read_library(data: bytes, name: str, attribution: str | None = None) -> SeriesDraft:
    """The draft series of a library. `attribution` (who, where, licence) holds for rows without a source of their own.

    Raises ArticleRefused, with one sentence for staff, for a file that is no such table, for rows that cannot be used
    (all of them named, none imported), and for a library that does not say where its words come from.
    """
    return draft_library(read_messages(data, name), attribution)
