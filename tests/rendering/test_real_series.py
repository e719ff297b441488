"""The sample article, read, compiled and rendered as in earnest: every sentence can be found in what is sent."""

from pathlib import Path

import outreach
from outreach import rendering
from outreach.rules.compiler import compile_series
from outreach.rules.readers import read
from tests.rendering.letters import HOPE_BRIDGE, flat, see, values

SAMPLE = Path(outreach.__file__).parent / "samples" / "heroin_and_the_brain.txt"


def test_every_sentence_stands_in_one_email_in_html_and_in_text() -> None:
    article = read(SAMPLE.read_bytes(), SAMPLE.name, organisation=HOPE_BRIDGE.name)
    series = compile_series(article)
    sent = []
    for email in series.emails:
        made = rendering.compile_email(email, organisation=HOPE_BRIDGE, total=len(series.emails))
        sent.append(rendering.fill(made, values(made)))
    sentences = [sentence.text for sentence in article.sentences()]
    assert len(sentences) > 40
    for sentence in sentences:
        for words in ([flat(one.text) for one in sent], [see(one.html).words for one in sent]):
            assert sum(flat(sentence) in each for each in words) == 1, sentence
