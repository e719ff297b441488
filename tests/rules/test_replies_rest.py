"""Coming back, help, keywords, quotes and odd letters: English and Spanish, as people type."""

import pytest

from outreach.rules.replies import classify
from tests.rules.replying import TOPICS, group, heard

BEGINS = [
    *group(
        "comes back", "start",
        "START", "Start", "start please", "UNSTOP", "unstop me", "resume", "Restart", "START!!", "opt in",
        "opt me back in", "sign me up",
        "sign me back up please", "subscribe", "resubscribe me", "start texting me again",
        "please start sending me texts again",
        "text me again please", "I want to start getting the texts again", "put me back on the list",
        "I changed my mind, keep sending me the tips",
        "resume my texts", "start messages", "ＳＴＡＲＴ", "stаrt",
    ),
    *group(
        "vuelve", "start es",
        "empezar", "comenzar", "Iniciar", "reanudar", "reactivar", "alta", "suscribirme", "quiero recibir mensajes",
        "quiero volver a recibir los mensajes", "quiero suscribirme otra vez", "vuelvan a mandarme mensajes",
        "reanuden los mensajes por favor",
        "inscríbanme de nuevo",
    ),
    *group(
        "begins something else", "person",
        "when does group start", "I start my new job monday", "I want to start over in life",
        "I started rehab today", "start date for the class?",
        "the new year starts well",
    ),
]  # fmt: skip

HELPS = [
    *group("asks for help", "help", "HELP", "help", "Help!", "INFO", "info please", "?", "??", "help me",
        "I need help", "can you help me", "hellllp", "ＨＥＬＰ"),
    *group(
        "asks who we are", "help",
        "who is this", "Who is this?", "who's this", "whos dis", "who dis", "who are you", "who is texting me",
        "who am I talking to", "what is this",
        "what's this about", "how did you get my number", "how did you get this number?",
        "where did you get my number", "who gave you my number",
        "why are you texting me", "what company is this", "is this a real person", "are you a bot",
        "do I know you?", "what number is this",
    ),
    *group(
        "pide ayuda o pregunta quién", "help es",
        "ayuda", "AYUDA", "ayúdame", "necesito ayuda", "información", "¿quién es?", "quien eres", "¿Quién habla?",
        "quién me escribe",
        "de dónde sacaron mi número", "¿cómo consiguieron mi número?", "por qué me escriben", "¿qué es esto?",
        "¿quién les dio mi número?",
    ),
    *group("a question for a person", "person", "can you help my mom find a ride", "who is leading group tonight",
        "what is the address", "how are you"),
]  # fmt: skip

KEYWORDS = [
    *group("more", "more", "MORE", "more", "More please", "another", "another one", "next", "next tip please",
        "send me more", "can you send me another tip",
           "send more tips", "m0re", "more tips"),
    *group("más", "more es", "MAS", "más", "Más por favor", "otro", "otra", "siguiente", "mándame más",
        "quiero más", "otro consejo por favor"),
    *group("slow", "slow", "SLOW", "slow", "slower", "Slow down", "slow down please", "less", "fewer",
        "fewer texts please", "less often", "text me less",
           "can you send fewer texts", "not so often", "too often", "once a week is enough"),
    *group("despacio", "slow es", "despacio", "más despacio", "más lento", "menos", "menos mensajes por favor",
        "menos seguido", "con menos frecuencia",
           "manden menos mensajes", "una vez por semana"),
    *group("pause", "pause", "PAUSE", "pause", "Pause please", "pause my texts", "pause the texts for two weeks",
        "can you pause the messages for a while",
           "snooze", "take a break", "I want to pause the texts", "hold my texts for now", "puase"),
    *group("pausa", "pause es", "PAUSA", "pausa", "pausar", "pausa por favor", "pausar los mensajes",
        "quiero una pausa", "pueden pausar los mensajes por dos semanas"),
    *group("topics", "topics", "TOPICS", "topics", "Topic", "topics?", "menu", "options",
        "what topics do you have", "what are my options", "list of topics"),
    *group("temas", "topics es", "TEMAS", "temas", "tema", "¿qué temas hay?", "¿cuáles son los temas?", "opciones",
        "lista de temas"),
    *group("yes", "yes", "YES", "Yes!", "yes please", "Y", "yeah", "yep", "I agree"),
    *group("sí", "yes es", "SI", "sí", "Sí por favor", "acepto", "claro que sí"),
    *group("a language", "spanish es", "español", "ESPANOL", "en español por favor", "mensajes en español",
        "Spanish please"),
    *group("a language", "english", "English", "english please", "in English"),
    *group(
        "the word within a sentence of one's own", "person",
        "I want more from life", "tell me more about the program", "my progress is slow", "he has more days than me",
        "more or less ok", "what time is it", "the topic last night was great", "pause and breathe, I like that",
        "I took a break from work",
        "yes I will be there tomorrow", "no", "none of us can come", "I speak some spanish at work",
        "less stress this week thanks",
    ),
]  # fmt: skip

EVERYDAY = [
    *group(
        "thanks and news", "person",
        "thank you", "Thanks so much!", "thx 🙏", "ok", "👍", "❤️", "good morning", "90 days today!",
        "6 months sober", "God bless", "this helped me a lot",
        "love these", "I shared this with my sister", "he is doing great", "see you tomorrow", "running late",
        "on my way", "can someone call me",
        "what time is group", "where are you located", "do you take medicaid", "how much does it cost",
        "is there a meeting tonight",
        "can I bring my kids", "my insurance changed", "what is the address", "My mom passed away in March",
        "my son died last year",
        "I miss him so much", "sorry for the late reply", "lol", "haha good one", "",
    ),
    *group(
        "gracias y noticias", "person es",
        "gracias", "muchas gracias", "buenos días", "hola", "que Dios los bendiga", "llevo 90 días sobria",
        "me ayudó mucho",
        "¿a qué hora es el grupo?", "¿dónde están ubicados?", "¿cuánto cuesta?", "¿aceptan Medicaid?",
        "mi mamá falleció en marzo", "voy en camino",
        "¿me pueden llamar por favor?", "nos vemos mañana",
    ),
]  # fmt: skip

QUOTED = [
    *group(
        "a tapback", "person+tapback",
        'Liked "Call one friend today. Reply STOP to stop."', "Liked “Reply STOP to end”",
        "Loved “STOP to opt out”", 'Disliked "Reply STOP to end"',
        "Laughed at “Reply HELP for help”", "Emphasized “Reply STOP”", "Emphasised “Reply STOP”",
        "Questioned “Reply STOP”", 'Liked "ALANA: breathe slowly. Reply STOP to',
        "Removed a like from “Reply STOP to end”", "Removed a heart from “Reply STOP”",
        "Removed an exclamation from “Reply STOP”", "Reacted 😂 to “Reply STOP to end”",
        "Reacted with 👍 to “Reply STOP”", "👍 to “Reply STOP to end”", "❤️ to “Reply STOP”",
        "😂 to “ Reply STOP to stop ”", "Liked an image", "Loved a movie",
        "Le gustó “Responda STOP para terminar”", "Le encantó “Responda STOP”", "Le dio risa “STOP”",
        "A Ann le gustó “Responda STOP”", "No le gustó “Responda STOP”",
        "Enfatizó “Responda STOP”", "Reaccionó con 👍 a “Responda STOP”", "Me gusta “Responda STOP”",
        "Le encanta “Responda STOP para terminar”",
        "Marcó con un corazón “Responda STOP”",
    ),
    *group("words behind a tapback are one's own", "stop", "Liked “Breathe slowly.” STOP",
        'Loved "a tip" please stop texting me'),
    *group("words behind a tapback are one's own", "crisis:self_harm", "Liked “Breathe slowly.” I want to die"),
    *group(
        "a quoted text of ours", "person",
        "> Reply STOP to end\nthanks", "Thanks!\n> STOP to end",
        "On Tue, Nov 24, 2026 at 5:30 PM ALANA wrote:\n> Reply STOP to end",
        "see you there\n\nOn Nov 24, 2026, at 17:30, ALANA <notes@example.org> wrote:\n\nReply STOP to unsubscribe",
        "ok\n-----Original Message-----\nReply STOP",
        "gracias\nEl mar, 24 nov 2026 a las 17:30, ALANA escribió:\nResponda STOP",
        'what does "Reply STOP to end all messages" mean', "Sent from my iPhone",
        "Thank you\nSent from my Galaxy",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [*BEGINS, *HELPS, *KEYWORDS, *EVERYDAY])
def test_the_rest_is_a_start_help_a_keyword_or_for_a_person(text: str, expected: str) -> None:
    """In this order; what is none of them waits in the inbox."""
    assert heard(text).replace(" es", " es" if expected.endswith("es") else "") == expected


@pytest.mark.parametrize(("text", "expected"), QUOTED)
def test_quoted_words_are_nobodys_wish(text: str, expected: str) -> None:
    """A reaction or a quotation of “Reply STOP” stops nothing; what a person adds themselves counts."""
    assert heard(text).removesuffix(" es") == expected


@pytest.mark.parametrize(
    "text", ["how did you get my number", "who is this?", "necesito ayuda", "why are you texting me"]
)
def test_who_asks_for_help_in_a_sentence_is_also_read_by_a_person(text: str) -> None:
    """A list of numbers is not all they asked for."""
    assert "person" in classify(text, topics=TOPICS).also


@pytest.mark.parametrize("text", ["stop this nonsense", "STOP my son is in jail", "shop", "not interested"])
def test_in_doubt_it_is_a_stop_and_a_person_looks(text: str) -> None:
    """Between stopping and going on we stop, and ask."""
    intent = classify(text, topics=TOPICS)
    assert (intent.kind, intent.also) == ("stop", ("person",))
