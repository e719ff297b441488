"""Opt-outs in free words, what only looks like one, and stops of a part: English and Spanish, as people type."""

import pytest

from outreach.rules.replies import classify
from outreach.rules.reply_parts import Part
from tests.rules.replying import TOPICS, group, heard

STOPS = [
    *group(
        "a wish that stands between quotation marks, and nothing else", "stop",
        '"please stop sending me these texts"', "“Please stop texting me now.”", "'Stop texting me please'",
    ),
    *group(
        "a plain wish", "stop",
        "I'm revoking my consent", "revoking consent", "I do not consent to these messages", "I don't consent",
        "you don't have my permission to text", "take me of this list",
        "drop my number", "take all my info off", "take us down", "I need you to stop", "I want you guys to stop now",
        "knock it off", "rmv me", "Texts off",
        "Please stop messaging me", "Can you stop sending me these?", "stop with the texts already",
        "STOP TEXTING MY PHONE",
        "pls stop", "stop bothering me", "Stop it please", "just stop", "Please stop contacting this number",
        "make them stop",
        "no longer wish to receive these", "I no longer want these messages",
        "I do not want to receive any more messages",
        "please do not text me anymore", "Don't send me any more of these", "quit sending me stuff",
        "quit messaging me",
        "I'd like to be removed from your list", "please remove my phone number from your system",
        "remove me from your contacts", "Take me off this thing", "take this number off your list please",
        "get me off of this list now", "I want off this list", "I want to unsubscribe", "how do I opt out of this?",
        "how do i get off this list", "unsubscribe pls", "Unsubscribe me now!!", "opt me out please", "opting out",
        "OPT-OUT",
        "no more of these texts", "no more tips please", "No further messages", "please cease all communication",
        "Cease and desist all communications", "I want no further contact", "please end these messages",
        "turn these off", "turn off notifications", "do not contact me again", "Never contact me again",
        "dont ever text this number again", "do not message this phone", "delete my number", "Delete my info please",
        "forget my number", "lose this number", "please leave me be", "leave us alone",
        "I'd rather not get these texts",
        "I would prefer you didn't text me", "I don't wish to be contacted", "I did not consent to this",
        "I revoke consent", "revoke my permission", "put me on your do not call list",
        "add me to the do not text list",
        "cancel these messages", "cancel my subscription please", "cancel all texts", "end texts", "exit",
        "terminate",
        "halt", "done with these texts", "I'm done with your texts", "kindly stop", "stop them all",
        "Stop these messages now",
    ),
    *group(
        "typed in a hurry", "stop",
        "st op", "sto p", "s t o p", "S.T.O.P", "stahp", "STPO", "SOTP", "stpp", "stoop", "stopp!!", "sTOp",
        "STOP!!!!!!", "st0p",
        "5top", "s7op", "$top", "unsubscibe", "unsubscrib", "unsubcribe me", "unsuscribe", "UNSUBSCRIBED", "cancle",
        "canel", "stop txting", "dnt txt me", "dont text me no more", "plz quit", "stop textin me",
        "stop messagin me",
        "stop sendin these", "dont tex me", "stop the massages", "no more txts plz", "STOP\u200b", "s\u200dtop",
        "ｓｔｏｐ please",
        "ЅТОР ТЕХТING", "🅂🅃🄾🄿", "🅢🅣🅞🅟", "🆂🆃🅾🅿", "🇸🇹🇴🇵", "𝓢𝓣𝓞𝓟", "stop ✋", "🛑🛑🛑", "⛔", "🛑 no more",
        "STOP -Ann", "Stop. Sent from my iPhone", "stop\n\nSent from my iPhone", "\"stop\"", "'STOP'", "*STOP*",
        "_stop_",
        "#stop", "stop.", "Stop,", "Stop?", "reply STOP", "stop2end",
    ),
    *group(
        "anger and the law", "stop",
        "I will report you to the FCC", "I'm reporting this number", "my lawyer will be in touch", "I'll sue you",
        "this is harassment", "You are harassing me", "this is spam", "reported as spam", "blocked and reported",
        "TCPA violation", "This number is on the do not call registry", "I never agreed to this",
        "I didn't sign up for this",
        "I never gave you permission", "I don't remember signing up for this", "stop or I'm calling my attorney",
        "take legal action", "f off", "fuck you", "go to hell", "shut up", "get lost", "enough already",
        "enough is enough",
        "I told you to stop", "I already said stop", "I asked you twice to stop texting me",
        "still getting texts after STOP",
        "why do you keep texting me", "sick of these texts", "tired of your messages", "fed up with this spam",
        "not interested thanks", "no thank you, not interested", "uninterested", "no thx", "I quit", "I'm out",
    ),
    *group(
        "the wrong person", "stop",
        "wrong number", "Wrong #", "sorry wrong number", "you have the wrong number", "u got the wrong person",
        "I think you have the wrong number", "I am not Maria, wrong number",
        "This is no longer her number", "He changed his number", "she doesn't have this number anymore",
        "no one here by that name", "I don't know anyone named Maria at this number", "this is a new number",
        "I just got this number", "This number belongs to someone else now", "you're texting the wrong guy",
        "the person you are trying to reach has passed away",
    ),
    *group(
        "un deseo claro", "stop es",
        "ya no me manden mensajes", "no quiero más mensajes", "dejen de escribirme", "basta ya", "Ya basta por favor",
        "no me escriban más", "No me mande nada", "no me envíen nada más", "por favor dejen de mandarme textos",
        "deje de molestarme", "no molestar", "no molesten", "dejen de molestar", "ya no quiero mensajes",
        "ya no quiero recibir sus mensajes", "no quiero recibir más textos", "no deseo recibir mensajes",
        "no deseo más mensajes",
        "quiero cancelar los mensajes", "quiero cancelar mi suscripción", "¿cómo cancelo la suscripción?",
        "cancelar suscripcion",
        "cancelen mi suscripción", "denme de baja", "dar de baja", "Quiero darme de baja", "me quiero dar de baja",
        "desuscribirme", "quiero desuscribirme", "desuscribir", "sáquenme de la lista",
        "sáquenme de su lista por favor",
        "quítenme", "quítenme de esta lista", "borren mi número por favor", "eliminen mi número", "elimínenme",
        "bórrenme",
        "no me contacten", "no me vuelvan a escribir", "no vuelvan a mandarme nada", "ya no me texteen",
        "no me textee más",
        "paren de mandar mensajes", "ya paren con los mensajes", "párenle", "ya párenle", "alto por favor",
        "no más por favor",
        "no mas textos", "detengan los mensajes", "suficiente", "salir", "déjenme en paz", "dejeme tranquilo",
        "no me moleste",
        "nunca me vuelvan a mandar mensajes", "favor de no mandar mensajes", "stop por favor", "STOP ya", "ya estuvo",
        "no quiero saber nada de ustedes", "hasta aquí, ya no manden", "quiero salirme de la lista", "terminar",
    ),
    *group(
        "de prisa o enojado", "stop es",
        "ya no me mandes msjs", "no kiero mensajes", "no quiero resivir mensajes", "vasta", "ya no q me manden nada",
        "no me enbien mas", "no me interesa", "no estoy interesada", "no gracias", "no, gracias", "es spam",
        "esto es acoso",
        "los voy a reportar", "los voy a demandar", "nunca pedí esto", "yo no me inscribí", "nunca me suscribí",
        "cállense", "lárguense", "me tienen harta con sus mensajes", "demasiados mensajes",
        "ya les dije que no me escriban",
        "¿por qué me siguen escribiendo?", "siguen mandando mensajes", "nunca di mi permiso",
    ),
    *group(
        "la persona equivocada", "stop es",
        "número equivocado", "está equivocado de número", "se equivocó de persona", "equivocado",
        "este número ya no es de ella",
        "yo no soy María, se equivocaron", "ya no es mi número", "ella ya no tiene este número",
        "aquí no vive ningún Pedro",
        "no conozco a esa persona", "este es un número nuevo",
    ),
]  # fmt: skip

GOES_ON = [
    *group(
        "asks us to go on", "person",
        "don't stop", "please don't stop", "Dont stop the texts", "never stop", "do not stop sending these",
        "don't unsubscribe me",
        "please don't cancel my texts", "don't take me off the list", "I don't want to stop getting these",
        "I hope these texts never stop", "don't ever stop texting me, they help", "I didn't mean to stop",
        "why did the texts stop?", "the messages stopped coming", "did you stop sending the tips?",
    ),
    *group(
        "a habit, not us", "person",
        "I can't stop drinking", "can't stop using", "I cannot stop thinking about it", "how do I stop using",
        "how do you stop drinking", "I want to quit", "I want to quit using", "trying to quit", "he can't quit",
        "quit smoking", "I quit smoking last year", "I finally quit!", "help me quit", "help me stop drinking",
        "I need to stop drinking", "I want to stop using heroin", "I stopped drinking", "she stopped using last week",
        "need to quit drinking before it kills my marriage", "it is hard to stop", "my husband won't stop drinking",
        "he never stops", "when did you stop using?", "what made you stop?", "I'll never stop trying",
        "stop smoking classes?", "does the craving ever end",
        "I stopped taking it on my own", "wish I could stop drinking", "I keep trying to stop but I fail",
    ),
    *group(
        "the opposite", "person",
        "I don't want this to stop", "i dont want these to end", "i dont want these texts to end", "I never wanted it to stop",
        "never want the tips to end", "I don't want you to stop", "don't want the messages to stop",
    ),
    *group(
        "a way to go", "person",
        "take me to rehab", "can someone take me home", "please drop me a line", "i take my phone everywhere",
        "can you take my name for the waiting list", "drop me off at the clinic", "I take all my vitamins",
    ),
    *group(
        "an errand", "person",
        "cancel my appointment", "I need to cancel my appointment", "please cancel my session on Friday",
        "cancel tomorrow's visit",
        "can we cancel thursday", "cancel my ride", "stop by tomorrow", "can I stop by", "I'll stop by after work",
        "we can stop in at noon", "the bus stop on 5th", "which stop do I get off at", "end of the week",
        "at the end of the month",
        "See you at the end of class", "when does the program end", "the meeting ends at 8",
        "what time does group end?",
        "Does insurance end in June?", "remove my old address from the form",
        "I left my coat, remove it from the chair?",
        "my shift ends at 5", "weekend hours?", "can I change my appointment", "reschedule please",
        "stop and shop on main street", "pull over at the next stop sign",
    ),
    *group(
        "someone else", "person",
        "I never text anyone anymore", "my ex won't leave me alone", "my daughter told me to leave her alone",
        "I told him to stop", "she said stop yelling", "he texted the wrong person once", "I blocked my dealer",
        "They took me off my meds", "they removed my cast",
        "I don't want to lose him", "I'm not interested in drinking anymore", "no more drinking",
        "no more excuses for me",
        "he is done with rehab", "my landlord kicked out the noisy neighbors",
        "I gave up my old number and got sober",
    ),
    *group("sigue", "person es", "por favor no paren", "no dejen de escribirme",
        "por favor no dejen de mandar los mensajes", "no se detengan",
        "no cancelen mis mensajes", "¿por qué ya no me escriben?", "no me han llegado los mensajes",
        "no me llegó el mensaje"),
    *group(
        "un hábito o un mandado", "person es",
        "no puedo dejar de tomar", "no puedo parar de beber", "quiero dejar de fumar", "quiero dejar la droga",
        "¿cómo dejo de tomar?", "mi hijo no puede dejar de usar", "quiero parar de usar",
        "cancelar mi cita", "necesito cancelar mi cita", "quiero cancelar la cita de mañana",
        "¿puedo cancelar la clase?",
        "al fin de la semana", "el fin de semana", "la parada del autobús", "ya no quiero tomar",
        "no quiero tomar más",
        "no quiero perder a mi familia", "dejé de tomar hace un año", "trato de dejarlo", "no más alcohol para mí",
        "baja la música", "me bajó la presión", "para mañana", "para mi hijo", "para el lunes",
    ),
]  # fmt: skip

ALL, EMAILS = Part(("email", "sms")), Part(("email",))
FAMILY, RECOVERY = ("family-notes",), ("recovery-notes",)
PARTS = [
    ("no more emails but texts are fine", EMAILS),
    ("stop emailing me", EMAILS),
    ("Please stop the emails", EMAILS),
    ("emails no, texts yes", EMAILS),
    ("only send me texts", EMAILS),
    ("texts only please", EMAILS),
    ("too many emails", EMAILS),
    ("unsubscribe me from the emails", EMAILS),
    ("I love the texts but not the emails", EMAILS),
    ("don't stop the texts, just the emails", EMAILS),
    ("ya no quiero correos pero los textos están bien", EMAILS),
    ("no me manden correos, los textos sí", EMAILS),
    ("solo textos por favor", EMAILS),
    ("dejen de mandarme correos", EMAILS),
    ("stop texting me, email is fine", None),
    ("emails yes, texts no", None),
    ("just email me", None),
    ("please email me instead of texting", None),
    ("stop the texts but keep the emails", None),
    ("prefiero los correos, no los textos", None),
    ("stop texting me", None),
    ("stop texting my family", None),
    ("stop sending messages to my family", None),
    ("STOP", None),
    ("stop all emails and texts", ALL),
    ("unsubscribe me from everything", ALL),
    ("take me off all your lists", ALL),
    ("don't ever send me anything again", ALL),
    ("STOP, and no more emails either", ALL),
    ("stop the family notes", Part(ALL.channels, FAMILY, "family-notes")),
    ("no more family notes please", Part(ALL.channels, FAMILY, "family-notes")),
    ("stop the family notes, keep the recovery ones", Part(ALL.channels, FAMILY, "family-notes")),
    ("unsubscribe me from Notes for families and friends", Part(ALL.channels, FAMILY, "family-notes")),
    ("STOP family-notes", Part(ALL.channels, FAMILY, "family-notes")),
    ("stop the family texts", Part(("sms",), FAMILY, "family-notes")),
    ("no more family emails", Part(("email",), FAMILY, "family-notes")),
    ("just the recovery notes please", Part(ALL.channels, FAMILY, "family-notes")),
    ("cancel the recovery notes", Part(ALL.channels, RECOVERY, "recovery-notes")),
    ("ya no quiero las notas para familias", Part(ALL.channels, FAMILY, "family-notes")),
    ("STOP notas sobre la recuperación", Part(ALL.channels, RECOVERY, "recovery-notes")),
    ("solo quiero las notas de familia", Part(ALL.channels, RECOVERY, "recovery-notes")),
    ("only the tips", Part(("email",), (), "tips", doubt=True)),
    ("stop only the tips", Part(("sms",), (), "tips")),
    ("stop the newsletter but keep the tips", Part(("email",), (), "tips")),
]  # fmt: skip
NOT_PARTS = [
    "I didn't get your email", "I can't open the email", "can you email me the address?", "I love your emails",
    "what email do you use", "only text me at night", "just text me when group starts", "the family group was good",
    "I dont want to text my ex", "my family needs help", "no emails in my inbox today",
    "¿me pueden mandar un correo?",
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), STOPS)
def test_a_wish_to_hear_no_more_is_heard_however_it_is_said(text: str, expected: str) -> None:
    """In free words, with slips, in anger, and by whoever has the number now."""
    assert heard(text) == expected


@pytest.mark.parametrize(("text", "expected"), GOES_ON)
def test_what_is_not_about_our_messages_ends_nothing(text: str, expected: str) -> None:
    """The same words about a habit, an errand or somebody else."""
    assert heard(text).replace("+urgent", "") == expected


@pytest.mark.parametrize(("text", "part"), PARTS, ids=[text for text, _ in PARTS])
def test_a_stop_ends_the_part_it_names(text: str, part: Part | None) -> None:
    """A channel, a topic, or both; None is all texts, as after STOP."""
    intent = classify(text, topics=TOPICS)
    assert (intent.kind, intent.part) == ("stop", part)


@pytest.mark.parametrize("text", NOT_PARTS)
def test_naming_a_channel_or_a_topic_is_not_yet_leaving_it(text: str) -> None:
    """Missed emails, requests and praise end nothing."""
    assert classify(text, topics=TOPICS).kind == "person"
