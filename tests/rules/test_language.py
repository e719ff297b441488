"""Which language a text is in, also when it is short or holds words of another."""

import pytest

from outreach.rules.language import guess_language

TEXTS = [
    ("Rest in the evening and call a friend when it gets hard.", None, "en"),
    ("Respire hondo y llame a un amigo cuando sea difícil.", None, "es"),
    ("La recuperación es posible.", None, "es"),
    ("¿Necesita ayuda? Llame hoy.", None, "es"),
    ("Descanse bien esta noche.", "es-MX", "es"),
    ("Casa Nueva offers groups for you. La Familia meets on Monday, and “no estás solo” is what we say.", None, "en"),
    ("El grupo Al-Anon Family Groups se reúne los lunes en el Community Center de la ciudad.", None, "es"),
    ("Os primeiros meses são os mais difíceis para a maioria das pessoas, e isso não é culpa sua.", None, "pt"),
    ("Les premiers mois sont les plus durs pour la plupart des gens, et ce n’est pas votre faute.", None, "fr"),
    ("Die ersten Monate sind für die meisten nicht leicht, und das ist nicht Ihre Schuld.", None, "de"),
    ("Zzz qqq xxx.", "vi", "vi"),
    ("Zzz qqq xxx.", None, "en"),
    ("Zzz qqq xxx.", "not a language!", "en"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "told", "language"), TEXTS, ids=[t[0][:20] for t in TEXTS])
def test_the_language_is_told_by_its_little_words(text: str, told: str | None, language: str) -> None:
    assert guess_language(text, told) == language


def test_what_the_file_tells_does_not_overrule_the_text() -> None:
    assert guess_language("Rest in the evening and call a friend when it gets hard.", "es") == "en"
