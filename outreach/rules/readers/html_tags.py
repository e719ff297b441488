"""The tags of HTML: anything else between angle brackets is an author's own text."""

from __future__ import annotations

from outreach.rules.patterns import word_set

HTML_TAGS = word_set(
    """
    a abbr address article aside audio b base bdi bdo blockquote body br button canvas caption center cite code col
    colgroup data datalist dd del details dfn dialog div dl dt em embed fieldset figcaption figure font footer form
    frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe img input ins kbd label legend li link main
    map mark menu meta nav noscript object ol option p param picture pre progress q s samp script section select
    small source span strike strong style sub summary sup svg table tbody td template textarea tfoot th thead time
    title tr track u ul var video wbr
    """
)
