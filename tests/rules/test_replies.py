"""What people mean who answer a text: one table per meaning, and the order in which the meanings are asked for."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from outreach.rules.replies import Intent, classify

STOP, DOUBT = Intent("stop"), Intent("stop", ("person",))
ALTO, DUDA = Intent("stop", language="es"), Intent("stop", ("person",), language="es")
PERSON, PERSONA = Intent("person"), Intent("person", language="es")
URGENT, URGENTE = Intent("person", ("urgent",)), Intent("person", ("urgent",), language="es")
TAPBACK = Intent("person", ("tapback",))
START, EMPEZAR = Intent("start"), Intent("start", language="es")
HELP, AYUDA = Intent("help"), Intent("help", language="es")
HELP_ME, AYUDENME = Intent("help", ("person",)), Intent("help", ("person",), language="es")


def crisis(keyword: str, *also: str, language: str = "en") -> Intent:
    return Intent("crisis", also, keyword, language)  # type: ignore[arg-type]


def keyword(word: str, language: str = "en", *also: str) -> Intent:
    return Intent("keyword", also, word, language)  # type: ignore[arg-type]


def table(expected: Intent, *texts: str) -> list[object]:
    return [pytest.param(text, expected, id=f"{expected.kind}-{text!a}") for text in texts]


STOPS = [
    *table(
        STOP,
        # 47 CFR 64.1200(a)(10): these always count; with Twilio's other default keywords
        "STOP", "stop", "quit", "END", "Revoke", "opt out", "cancel", "Unsubscribe", "STOPALL", "stop all", "OPTOUT",
        "opt-out", "remove", "remove me", "Arrêt", "arret",
        # signs and politeness around the word
        "STOP PLEASE", "please stop", "Stop.", "Stop!!!", "  stop  ", "stop 🛑", "🛑", "STOP 🙏🙏", '"STOP"', "“Stop”",
        "(stop)", "ok stop thanks", "Hi, please stop, thank you", "S.T.O.P.", "S T O P", "s-t-o-p", "stop stop stop",
        "STOP\n", "stop\nplease",
        # letters that are not what they seem
        "ＳＴＯＰ", "s\u200bt\u200bo\u200bp", "\u202estop\u202c", "STOP\u00ad", "\ufeffstop", "ЅТОР", "𝐒𝐓𝐎𝐏", "Stóp",
        # slips
        "sotp", "stpo", "STPO", "stp", "stopp", "stoppp", "Sto", "stooooop", "unsubcribe", "Unsubscirbe",
        "unsuscribe",
        # sentences about the messages
        "Stop texting me", "Stop texting my daughter", "I want you to stop texting me",
        "stop sending me these messages", "Please stop all texts", "quit texting me", "dont text me",
        "Don't text me anymore", "DO NOT TEXT ME AGAIN", "do not contact me", "no more texts",
        "No more messages please",
        "take me off your list", "Please take my number off of this list", "remove my number",
        "Remove me from this list",
        "get me off this list", "leave me alone", "LEAVE ME ALONE!!", "lose my number", "Wrong number",
        "you have the wrong person", "unsubscribe me", "unsubscribe me from this", "opt me out", "I want to opt out",
        "I revoke my consent", "I withdraw my consent to be texted", "I don't want these messages",
        "i dont want to get these texts anymore", "I no longer want to receive texts",
        "I do not wish to receive these messages", "cancel my subscription", "end this subscription",
        "can you please stop", "would you stop it", "I asked you to stop", "I said stop", "i told you guys to stop",
        "why won't you stop texting me", "you won't stop texting me", "quit spamming me", "stop the spam",
        "cease all messages", "discontinue the texts", "stop the msgs", "plz stop txting me", "pls dont txt me",
        "stop texting this number", "never text me again", "erase my number", "I want to quit getting all of these",
        "dont send again", "stop harassing me",
        "Stop bothering us", "I want to stop these texts", "I'd like to stop receiving messages",
        "how do I unsubscribe?", "Quit it with that stuff", "I never want to get these texts",
        "Stop contacting me or I'll call a lawyer", "I don't want to be texted", "hi dont text me",
        "These texts need to stop",
        "please make these messages stop", "your texts have to stop now", "the messages must end",
        "my doctor told me about you but stop texting me",
        "dont message", "no msgs", "Please discontinue", "cease and desist", "block me", "kindly remove my contact",
        "remove from list", "take off list", "do not disturb", "don't call me", "I am done with these texts",
        "You have the wrong #",
        "STOPSTOP", "ST0P",
    ),
    *table(
        ALTO,
        "alto", "ALTO", "parar", "pare", "Pare por favor", "detener", "baja", "BAJA", "cancelar", "no más", "NO MAS",
        "ya no más", "basta", "Basta ya", "no más mensajes", "No me manden más mensajes", "no me escriban",
        "No me envíe más", "dejen de mandar mensajes", "Deje de enviarme textos", "ya no quiero recibir mensajes",
        "no quiero más mensajes", "quiero darme de baja", "Denme de baja por favor", "quítenme de la lista",
        "bórrenme de su lista", "borren mi número", "número equivocado", "Se equivocó de número", "déjenme en paz",
        "cancelar mi suscripción", "parar los mensajes", "no me molesten", "No me sigan mandando textos",
        "no quiero que me escriban", "ya no deseo recibir nada", "No vuelvan a escribirme", "Alto, por favor",
        "quiteme de la lista",
        "ya no me manden mensajes", "¡Alto!", "para", "PAREN LOS MENSAJES", "cancelar mensajes",
    ),
]  # fmt: skip

STOPS_A_PERSON_READS = [
    *table(
        DOUBT,
        # a stop and more
        "Stop. I am still in the program though", "STOP my son is in jail", "stop, and can someone call me?",
        # narrower than all, and silence means all
        "don't text me at night", "stop texting me while I'm at work", "Please stop sending texts so late",
        # wishes that may mean it
        "not interested", "no thanks", "No thank you", "I never signed up for this", "go away", "fuck off",
        "I want to stop", "too many texts", "when will these texts end?", "I'm blocking you",
        "step", "shop", "Sorry but stop", "wrong # stop", "please stop im begging you", "START STOP", "Enough!",
        "I want out", "spam", "New phone who dis", "this is not her number", "stop. jk", "STOP I need help",
        "We are not interested in these", "stop this nonsense",
    ),
    *table(
        DUDA,
        "no gracias", "no me interesa", "Ya no me interesa", "ya no quiero más", "cállense", "lárguense",
        "no me escriban de noche", "paren con esto",
        "no soy esa persona", "este no es su número", "nunca me inscribí",
    ),
]  # fmt: skip

GOES_ON = [
    *table(
        PERSON,
        "don't stop", "Please don't stop texting me", "don't stop!! these help me", "never stop sending these",
        "I can't stop drinking", "I cant stop using", "he can't quit heroin", "how do I stop drinking?",
        "How can I quit?", "I want to quit smoking", "I want to quit drinking", "trying to stop",
        "I quit drinking in May",
        "stop by the office?", "can I stop by tomorrow", "I'll stop by later", "bus stop", "which stop is it",
        "cancel my appointment", "Cancel tomorrow please", "Can I cancel my appointment for Tuesday",
        "I need to cancel tomorrow's session",
        "end of the week", "by the end of the month", "at the end of the day", "my job ends in June",
        "I quit my job", "I stopped using 3 days ago", "Why don't you text me anymore?",
        "I didn't get the text today", "keep texting me please", "don't forget to text me",
        "he wants to quit fentanyl",
        "My daughter won't stop using", "She never stops", "no stopping now", "the weekend is hard",
        "I never text my mom anymore", "I dont want to text my ex", "will this pain ever go away?",
        "it won't go away",
        "My son is not interested in treatment", "How do I get off heroin?", "my sponsor said stop using",
        "when will the pain end",
        "my doctor told me to stop", "I need to stop", "he won't leave me alone", "I married the wrong person",
        "these texts help me stop drinking", "I need to stop sending money to my son",
        "I had to stop contacting my ex", "My kids never text me anymore", "blocked my dealer",
        "I don't like to write", "they never send flowers",
        "I remove my shoes at the door",
        "can you help me stop", "this is not good", "not sure", "Is this my stop", "your story really touched me",
        "he passed away", "I get lost on the way", "no more drinking for me", "no more pain", "testing",
    ),
    *table(
        PERSONA,
        "no paren los mensajes", "no dejen de mandar los mensajes", "no puedo dejar de tomar",
        "quiero dejar de beber", "necesito cancelar mi cita", "¿Cómo dejo las drogas?", "quiero dejar la heroína",
        "mi hijo no puede parar", "la ropa baja", "¿Por qué no me escriben?", "espero que no vuelva a tomar",
        "ya no quiero los problemas", "no quiero que me vean así", "no necesito más drogas", "tengo baja autoestima",
        "quiero parar de tomar",
    ),
]  # fmt: skip

CRISES = [
    *table(
        crisis("overdose"),
        "My son overdosed", "i think hes overdosing", "overdose", "he OD'd", "she is ODing", "O.D.",
        "he's not breathing",
        "HES NOT BREATHING", "she isn't breathing", "stopped breathing", "barely breathing", "her lips are blue",
        "blue lips", "having trouble breathing", "he's turning blue", "he won't wake up", "wont wake up",
        "I can't wake him up",
        "cant get her to wake up",
        "unresponsive", "shes unconscious", "no pulse", "I took too many pills", "took the whole bottle of Tylenol",
        "I took a bottle of pills", "need narcan now", "does anyone have naloxone please", "gave him narcan",
        "he's dying", "my baby stopped moving", "call 911", "shes all grey", "I can't breathe",
        "I took 20 Tylenol", "took thirty pills", "swallowed 40 of my pills", "overdoes", "ovrdose", "not breahting",
        "overd0se", "is 800 mg too much",
    ),
    *table(
        crisis("overdose", language="es"),
        "sobredosis", "creo que es una sobre dosis", "no respira", "Mi hijo no está respirando", "dejó de respirar",
        "no despierta", "no se despierta", "tiene los labios azules", "tomé muchas pastillas", "necesito naloxona",
        "está inconsciente", "no la puedo despertar", "se puso morado", "se está muriendo",
    ),
    *table(
        crisis("self_harm"),
        "I want to kill myself", "kill my self", "killing myself tonight", "kms", "rather be dead",
        "I'm going to jump", "self harm", "I don't deserve to live", "slit my wrists", "jumping off a bridge",
        "I want to die", "i wanna die",
        "I just want to end it", "I'm going to end my life", "suicide", "feeling suicidal", "suicial",
        "no reason to live", "I'm tired of living", "I want to stop living", "i cant take it anymore",
        "nobody would miss me", "I'm not going to kill myself", "I don't see the point of living",
        "everyone is better without me", "goodbye forever", "they are better off without me",
        "I don't want to live anymore",
        "i dont want to be here anymore", "I wish I was dead", "I can't go on", "nothing to live for",
        "I cut myself", "thinking about hurting myself", "life is not worth living", "unalive myself",
        "I\u2019m ready to die", "I want to d\u200bie", "w\u0430nt to die", "💊", "I have all this ibuprofen",
        "got some pills here",
    ),
    *table(
        crisis("self_harm", language="es"),
        "me quiero morir", "quiero morir", "Me quiero matar", "no quiero vivir", "ya no quiero vivir más",
        "quiero acabar con todo", "voy a suicidarme", "suicidio", "ganas de morirme", "están mejor sin mí",
        "quitarme la vida", "no tengo razón para vivir", "quiero hacerme daño", "voy a cortarme",
        "adiós para siempre", "Ya no puedo más", "no aguanto más", "estoy cansada de vivir",
    ),
    *table(
        crisis("violence"),
        "he is hitting me", "my dad beats me", "he has a gun", "he's going to kill me", "I am not safe",
        "my kids are in danger", "he choked me", "She threatened to hurt my kids", "domestic violence", "I was raped",
        "I'm scared of my husband", "my uncle touches me", "my neighbour is being beaten",
    ),
    *table(
        crisis("violence", language="es"),
        "mi esposo me pega", "me está golpeando", "me están golpeando", "tiene una pistola", "estoy en peligro",
    ),
    *table(
        crisis("withdrawal"),
        "he's having a seizure", "shaking and seeing things", "hearing things that aren't there", "I have the DTs",
        "hallucinating", "chest pain", "seizures all night",
    ),
    *table(crisis("withdrawal", language="es"), "tiene convulsiones", "está viendo cosas", "dolor de pecho"),
    *table(
        crisis("self_harm", "stop"),
        "stop texting me I want to die", "end it all", "End it", "STOP. I'm going to kill myself",
        "Leave me alone, I want to die",
    ),
    *table(crisis("self_harm", "stop", language="es"), "alto, me quiero morir", "no me escriban, quiero morir"),
    *table(crisis("overdose", "stop"), "Stop! he overdosed last night and died"),
    # a tapback hides the quoted words, never the person's own
    *table(crisis("self_harm"), 'Liked "Call a friend today" I want to die'),
    # words between quotation marks are heard for a crisis: a false alarm is the better mistake
    *table(crisis("self_harm"), 'he wrote "I want to die tonight and nobody cares"'),
]  # fmt: skip

OTHERS = [
    *table(
        START,
        "START", "start", "Unstop", "start again", "Resume", "subscribe", "opt in", "sign me up", "Start please",
    ),
    *table(EMPEZAR, "comenzar", "Empezar", "alta", "reanudar", "suscribirme", "quiero recibir mensajes"),
    *table(HELP, "HELP", "help", "Help!", "info", "INFO", "?", "???", "help please"),
    *table(AYUDA, "ayuda", "AYUDA", "información", "ayuda por favor"),
    *table(HELP_ME, "help me", "I need help", "Who is this?", "who are you", "whos this", "sos"),
    *table(AYUDENME, "ayúdame", "necesito ayuda", "¿Quién es?", "auxilio"),
    *table(keyword("yes"), "YES", "yes", "Y", "yep", "yes please", "Yeah"),
    *table(keyword("yes", "es"), "sí", "Si", "SI por favor", "acepto"),
    *table(keyword("pause"), "PAUSE", "pause", "pause please"),
    *table(keyword("pause", "es"), "pausa", "PAUSAR"),
    *table(keyword("spanish", "es"), "español", "Espanol", "SPANISH", "en español por favor"),
    *table(keyword("english"), "English", "inglés", "in english please"),
    *table(
        URGENT,
        "I relapsed", "i used again last night", "cravings are so bad", "need detox tonight", "I need a bed",
        "dope sick", "about to use", "she drank again", "we need help to stop", "I'm craving", "homeless tonight",
        "make it stop", "I just took some fent",
        "I give up",
    ),
    *table(URGENTE, "recaí", "tuve una recaída", "consumí otra vez", "necesito un tratamiento"),
    *table(
        PERSON,
        "", "   ", "👍", "Thank you so much", "ok", "What time is the group?", "90 days today!", "good morning",
        "Can somebody call me?", "My mom passed away in March", "we love these tips", "no", "N",
    ),
    *table(PERSONA, "hola", "gracias", "¿A qué hora es el grupo?", "Buenos días, ¿cómo está usted?"),
]  # fmt: skip

QUOTED = [
    *table(
        TAPBACK,
        'Liked "ALANA Recovery: Call one friend today. Reply STOP to stop."',
        "Loved “Take a breath. STOP to end, HELP for help.”",
        'Laughed at "Stop texting me"', 'Disliked "Reply STOP"', 'Emphasized "I want to die" is how it begins"',
        'Questioned "help"', 'Removed a heart from "Reply STOP to stop"', 'Reacted 👍 to "Reply STOP to stop"',
        '👍 to "Reply STOP to stop"', '❤️ to “Reply STOP”', 'Liked "a tip with\na second line. STOP to stop"',
    ),
    *table(Intent("person", ("tapback",), language="en"), 'Le gustó "Responda STOP para no recibir más"'),
    *table(STOP, 'Liked "Call a friend today." STOP', '> Reply HELP for help\nstop',
    'Loved "Breathe" stop texting me'),
    *table(
        PERSON,
        'What does "Reply STOP to end all messages" mean?',
        "Thanks!\n> Reply STOP to stop",
        "Great tip\nOn Tue, Nov 24, 2026 at 5:30 PM ALANA wrote:\nReply STOP to end",
        "ok then\n-----Original Message-----\nSTOP to stop",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [*STOPS, *STOPS_A_PERSON_READS])
def test_an_opt_out_is_heard_however_it_is_said(text: str, expected: Intent) -> None:
    assert classify(text) == expected


@pytest.mark.parametrize(("text", "expected"), GOES_ON)
def test_what_only_looks_like_an_opt_out_is_none(text: str, expected: Intent) -> None:
    assert classify(text) == expected


@pytest.mark.parametrize(("text", "expected"), CRISES)
def test_a_crisis_is_heard_before_everything(text: str, expected: Intent) -> None:
    assert classify(text) == expected


@pytest.mark.parametrize(("text", "expected"), OTHERS)
def test_the_rest_is_a_keyword_or_for_a_person(text: str, expected: Intent) -> None:
    assert classify(text) == expected


@pytest.mark.parametrize(("text", "expected"), QUOTED)
def test_quoted_words_are_not_the_persons_own(text: str, expected: Intent) -> None:
    assert classify(text) == expected


PROVIDER = [
    pytest.param("Stop", "STOP", STOP, id="stop"),
    pytest.param("basta con esto amigo", "STOP", ALTO, id="a Spanish keyword of the service"),
    pytest.param("whatever word the service has", "STOP", STOP, id="believed for a stop, whatever the words"),
    pytest.param("don't stop", "STOP", STOP, id="even against our own reading"),
    pytest.param("I want to die", "STOP", crisis("self_harm", "stop"), id="crisis and stop"),
    pytest.param("START", "START", START, id="start"),
    pytest.param("begin again friend", "START", START, id="a start word of the service"),
    pytest.param("YES", "START", keyword("yes", "en", "start"), id="yes only answers what we asked"),
    pytest.param("stop", "START", STOP, id="our own stop is not outvoted by start"),
    pytest.param("HELP", "HELP", HELP, id="help"),
    pytest.param("assist", "help", HELP, id="a help word of the service, any case"),
    pytest.param("help he overdosed", "HELP", crisis("overdose"), id="crisis before help"),
    pytest.param("stop", "", STOP, id="empty means not set"),
    pytest.param("hello", "NEW", PERSON, id="an unheard-of type changes nothing"),
]


@pytest.mark.parametrize(("text", "opt_out_type", "expected"), PROVIDER)
def test_the_providers_word_is_believed_for_a_stop(text: str, opt_out_type: str, expected: Intent) -> None:
    assert classify(text, opt_out_type=opt_out_type) == expected


AROUND = st.text(alphabet=" .!,;:()\n\t\u200b\u200d\u2060\ufeff*-_~🙏😡❤\ufe0f", max_size=8)


@given(
    AROUND, st.sampled_from(["stop", "STOP", "unsubscribe", "quit", "end", "cancel", "revoke", "alto", "baja"]), AROUND
)
def test_signs_around_a_keyword_never_hide_it(before: str, word: str, after: str) -> None:
    assert classify(before + word + after).kind == "stop"


@given(AROUND, st.sampled_from(["kill myself", "he overdosed", "not breathing", "me quiero morir"]), AROUND)
def test_signs_around_a_crisis_never_hide_it(before: str, words: str, after: str) -> None:
    assert classify(before + words + after).kind == "crisis"


@given(st.text(max_size=300), st.sampled_from([None, "", "STOP", "START", "HELP", "x"]))
@example("".join(map(chr, range(0x20, 0x3000))), None)
def test_any_text_has_a_meaning(text: str, opt_out_type: str | None) -> None:
    intent = classify(text, opt_out_type=opt_out_type)
    assert intent.kind in ("crisis", "stop", "start", "help", "keyword", "person")
    if opt_out_type == "STOP":
        assert intent.kind == "stop" or "stop" in intent.also


@pytest.mark.parametrize("text", ["stop " * 320, "dont " * 320, "a " * 800, '"' * 1600, "> " * 800, "o d " * 400])
def test_the_longest_text_is_read_at_once(text: str) -> None:
    """A text has at most 1,600 characters; no pattern may take a second of work over it, however busy the machine is."""
    from time import process_time

    began = process_time()
    classify(text[:1600])
    assert process_time() - began < 0.5
