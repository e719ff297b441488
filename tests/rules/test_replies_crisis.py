"""Crises by class, sayings that are none, and what a person answers the same day: English and Spanish, as people type."""

import pytest

from tests.rules.replying import group, heard

OVERDOSES = [
    *group(
        "an overdose now", "crisis:overdose",
        "My daughter overdosed", "he OD'd", "she O.D.'d", "I think she is ODing right now", "hes od ing", "OD",
        "I overdosed",
        "my friend is overdosing what do i do", "he isn't breathing", "she's not breathing help", "not breating",
        "he stopped breathin",
        "he's barely breathing", "my son wont wake up", "My son won't wake up", "I can't wake my brother up",
        "cant wake her",
        "she won't respond", "he's unresponsive", "hes turning blue", "my husband is blue",
        "her lips are turning purple",
        "his fingers are blue", "she has blue lips", "no pulse", "I can't find a pulse", "his heart stopped",
        "he passed out and won't wake",
        "my mom is unconscious", "he's out cold", "he's foaming at the mouth", "gurgling sounds and he wont wake",
        "he's cold to the touch", "she went limp", "found him on the bathroom floor",
        "found her passed out with a needle",
        "needle still in his arm", "he took too much", "I took way too much", "she shot too much",
        "took all my pills",
        "I took the whole bottle", "took 30 pills", "I swallowed a bunch of pills", "took a handful of xanax",
        "downed a bottle of tylenol",
        "all my pills", "need narcan now", "anyone have narcan please", "I gave him narcan",
        "narcan isn't working", "gave her 2 doses of narcan",
        "call 911", "I need an ambulance", "send an ambulance please", "911", "this is an emergency",
        "emergency!!", "he's dying", "I'm dying",
        "please don't let him die", "my brother is dying", "he drank bleach", "I poisoned myself",
        "how many tylenol is too much",
        "how many pills would kill me", "is 4000 mg enough", "he fell out and he's not breathing",
        "i c4nt wake him", "0verdose", "over dose",
        "overdosd", "ＯＶＥＲＤＯＳＥ", "o\u200bverdose", "my baby isn't moving", "we lost him to an overdose last year",
        "he overdosed last year and died",
        "my article says overdose, is he ok?", "what are the signs of an overdose? my son is grey",
    ),
    *group(
        "una sobredosis", "crisis:overdose es",
        "sobredosis", "mi hijo tuvo una sobredosis", "mi hijo no respira", "no está respirando", "ya no respira",
        "no puede respirar",
        "mi hija no despierta", "no se despierta", "no reacciona", "no lo puedo despertar",
        "tiene los labios morados", "está morado",
        "se puso azul", "está inconsciente", "se desmayó", "no tiene pulso", "echa espuma por la boca",
        "se tomó todas las pastillas",
        "me tomé un frasco de pastillas", "tomó muchas pastillas", "se inyectó mucha heroína",
        "se le pasó, tomó demasiado",
        "necesito naloxona ya", "le di narcan y no despierta", "llamen al 911", "necesito una ambulancia",
        "es una emergencia",
        "se está muriendo", "me estoy muriendo", "se me muere", "lo encontré tirado en el baño", "tomé cloro",
        "sobredocis", "no respria",
        "le cuesta respirar",
    ),
]  # fmt: skip

SELF_HARM = [
    *group(
        "a wish to die in words that only look like a mail program's", "crisis:self_harm",
        "On Tuesday I wrote my goodbye letters. I want to die", "On my way home he wrote: I am going to kill myself",
        "On 5/3 he wrote: I'm going to kill myself", ">:( i want to die", ">.< i wanna kill myself",
        "sent from hell i want to die", "__________ i want to die",
    ),
    *group(
        "a wish to die, misspelled or made hard to find", "crisis:self_harm",
        "su1c1d3", "s u i c i d e", "s.u.i.c.i.d.e", "k.i.l.l myself", "i want too die", "i wnat to die", "i wantto die",
        "iwanttodie",
    ),
    *group(
        "means at hand", "crisis:self_harm",
        "i have pills and im going to take them all", "how much tylenol would kill me",
        "how many bottles would it take to kill me",
    ),
    *group(
        "lo mismo", "crisis:self_harm es",
        "El lunes escribió su carta de despedida, se quiere matar", "enviado desde el infierno, me quiero morir",
    ),
    *group(
        "a wish to die", "crisis:self_harm",
        "I want to die", "i wanna die", "i want 2 die", "I just want to die", "I don't want to live",
        "i dont wanna live anymore",
        "I don't want to be here anymore", "I don't want to be alive", "I want to kill myself",
        "im gonna kill myself", "k1ll myself",
        "killing myself", "thinking of killing myself", "I could just kill myself", "kms", "im going to end it",
        "I'm going to end it all",
        "end my life", "I'm ending my life tonight", "take my own life", "suicide", "suicidal", "feeling su1cidal",
        "i feel suicidal",
        "sucide", "commit suicide", "thoughts of suicide", "I have a plan to kill myself", "I wish I was dead",
        "wish I were dead",
        "I wish I was never born", "I wish I could go to sleep and never wake up", "I hope I don't wake up",
        "better off dead",
        "they'd be better off without me", "everyone would be better off if I was gone",
        "the world is better without me",
        "no reason to live", "no point in living", "there's no point anymore", "nothing to live for",
        "I have nothing left to live for",
        "what's the point of living", "can't go on", "I can't do this anymore", "can't take it anymore",
        "cant live like this",
        "I can't keep going", "tired of living", "sick of life", "done with life", "I hate my life",
        "life is not worth living",
        "my life is over", "I'm a burden to everyone", "nobody would care if I died", "no one would miss me",
        "goodbye forever",
        "goodbye everyone", "this is my last message", "this is goodbye", "tell my kids I love them",
        "you won't hear from me again",
        "I won't be here tomorrow", "take care of my kids when I'm gone", "I wrote a suicide note",
        "I have a gun and I'm done",
        "gun to my head", "I'm on the bridge", "going to jump off the bridge", "about to jump",
        "jump in front of a train",
        "drive off the road, I just want it to end", "I'm cutting again", "I cut my wrists",
        "I want to hurt myself", "hurting myself",
        "self-harm", "I want to cut myself", "I'm going to hang myself", "I have a rope", "shoot myself",
        "put a bullet in my head",
        "unalive", "I'm going to unalive myself", "let me die", "just kill me", "I deserve to die",
        "I should be dead", "should just die",
        "I want to disappear forever", "i wanna sleep forever", "my son wants to kill himself",
        "my daughter says she wants to die",
        "my brother is suicidal", "he tried to kill himself", "she's talking about suicide", "I'm not suicidal",
        "I'm not going to kill myself",
        "988", "ready to die", "I'm ready to go be with my mom in heaven, I want to die", "d1e, i want to die",
        "want to d\u0456e",
    ),
    *group(
        "means and signs stronger than sad words", "crisis:self_harm",
        "💊", "💊💊💊", "💊 goodbye", "I have 💊 and I'm done", "I have a bottle of pills in front of me and I'm sorry",
        "got all these pills", "I've been saving my pills", "holding a bottle of excedrin", "🔫 me", "💊😭",
    ),
    *group(
        "querer morir", "crisis:self_harm es",
        "me quiero morir", "quiero morirme", "quiero morir", "ya no quiero vivir", "no quiero vivir más",
        "no quiero seguir viviendo",
        "me quiero matar", "quiero matarme", "me voy a matar", "voy a matarme", "pienso en matarme",
        "me voy a suicidar", "suicidio",
        "pienso en suicidarme", "pensamientos suicidas", "quiero quitarme la vida", "quitarme la vida",
        "acabar con mi vida",
        "quiero acabar con todo", "no vale la pena vivir", "mi vida no tiene sentido",
        "la vida ya no tiene sentido", "no tengo por qué vivir",
        "no tengo ganas de vivir", "estarían mejor sin mí", "soy una carga para todos", "nadie me extrañaría",
        "ojalá estuviera muerta",
        "quisiera estar muerto", "mejor me muero", "ya no puedo más", "no aguanto más", "ya no aguanto",
        "estoy cansada de vivir", "odio mi vida",
        "quiero desaparecer", "quiero dormir y no despertar", "quiero hacerme daño", "me quiero cortar",
        "me estoy cortando",
        "me voy a colgar", "tengo una pistola y ya no quiero vivir", "me voy a tirar de un puente",
        "adiós para siempre", "esta es mi despedida",
        "cuiden a mis hijos", "mi hijo se quiere matar", "mi hija quiere morirse", "se quiere suicidar",
        "kiero morir", "m quiero morir",
    ),
]  # fmt: skip

DANGERS = [
    *group(
        "a weapon in the hand, and blood", "crisis:violence",
        "I'm holding a knife", "she is holding a razor", "there's blood everywhere", "there is blood all over the floor",
    ),
    *group(
        "violence", "crisis:violence",
        "he hit me", "my boyfriend is hitting me", "he beats me", "my husband choked me", "he has a gun",
        "she has a knife", "he pulled a gun",
        "he's going to kill me", "he said he would kill me", "he threatened to kill us",
        "I'm scared of my husband", "afraid of him",
        "I was raped", "he raped me", "I'm being abused", "my dad hits me", "my uncle touched me",
        "I'm not safe at home", "I don't feel safe here",
        "my kids aren't safe, they are in danger", "she left the baby alone in the car", "he hurts my daughter",
        "my stepdad is hurting my kids",
        "domestic violence", "I am in an abusive relationship", "I'm going to hurt someone", "I want to kill him",
        "he won't let me leave",
        "hiding in the closet from him",
    ),
    *group(
        "violencia", "crisis:violence es",
        "me pega", "mi esposo me pega", "mi novio me golpeó", "me está golpeando", "me va a matar",
        "me quiere matar", "me amenazó",
        "tiene una pistola", "tiene un cuchillo", "me violaron", "abusa de mi hija", "le pega a mis hijos",
        "tengo miedo de mi esposo",
        "estoy en peligro", "mis hijos están en peligro", "no estoy segura en mi casa", "violencia doméstica",
    ),
    *group(
        "severe withdrawal", "crisis:withdrawal",
        "he's having a seizure", "she had a seizure", "I'm having seizures", "seeing things",
        "he's seeing things that aren't there",
        "hearing voices", "hallucinating", "DTs", "delirium tremens", "shaking and seeing bugs",
        "bugs crawling on me", "chest pain",
        "my chest hurts", "throwing up blood", "can't stop shaking", "heart attack", "he doesn't know where he is",
        "convulsions",
        "severe withdrawal",
    ),
    *group(
        "abstinencia grave", "crisis:withdrawal es",
        "está convulsionando", "tiene convulsiones", "le dio una convulsión", "está alucinando",
        "está viendo cosas", "oye voces",
        "dolor de pecho", "me duele el pecho", "vomita sangre", "está temblando y viendo cosas",
        "no deja de temblar", "le dio un ataque",
    ),
    *group(
        "a crisis and a stop", "crisis:self_harm+stop",
        "STOP I want to die", "stop texting me I want to die", "STOP. I'm going to kill myself",
        "leave me alone, I'm going to end my life",
        "unsubscribe me, I won't be here tomorrow", "stop. goodbye forever",
    ),
    *group("a crisis and a stop", "crisis:overdose+stop", "stop texting he overdosed", "Stop! she's not breathing",
        "STOP my son OD'd"),
    *group("una crisis y un alto", "crisis:self_harm+stop es", "alto, me quiero morir",
        "ya no me escriban, me voy a matar",
        "no me manden mensajes, quiero morir", "déjenme en paz, ya no quiero vivir"),
    *group("una crisis y un alto", "crisis:overdose+stop es", "paren los mensajes, mi hijo tuvo una sobredosis"),
    *group("a crisis before help", "crisis:overdose", "HELP he's not breathing", "help! overdose"),
    *group("a crisis before help", "crisis:self_harm", "help me I want to die", "START I want to die"),
    *group("a crisis in words quoted", "crisis:self_harm", 'he texted me "I want to die tonight and nobody cares"'),
]  # fmt: skip

SAYINGS = [
    *group(
        "a saying", "person",
        "I'm dying of laughter", "dying laughing at this one", "I'm dying 😂", "im dead lol", "lol I'm dead",
        "this heat is killing me",
        "my feet are killing me", "you're killing it", "killing it today!", "she killed it at the interview",
        "killed the interview",
        "OD'd on pizza last night", "I overdosed on chocolate", "I od'd on tacos", "dying to meet you all",
        "I'd kill for a coffee", "my phone died", "phone is dying, talk later", "the car battery died",
        "hit me up later", "this tip really hit me",
        "it hit me hard today", "beats me", "shoot me a text", "can you shoot me an email", "hang in there",
        "let's hang out",
        "I cut myself shaving", "cut myself some slack today", "beating myself up over it", "bored to death",
        "scared to death of dentists",
        "dead tired today", "to die for cookies", "old habits die hard", "overdose awareness day was moving",
        "is there a narcan training",
        "do you offer overdose prevention classes", "suicide prevention walk on saturday?", "that's odd",
        "how odd", "what an odd day",
        "unconscious bias training", "ran 5 kms today", "10 kms from home", "dying to try the new place",
        "the sky is turning blue", "I saw a blue jay", "took my morning pills", "breathing exercises helped",
        "I love you to death",
        "goodbye for now", "good bye, see you tuesday", "we had a blast, I almost died laughing",
        "he was a lifesaver",
    ),
    *group(
        "un dicho", "person es",
        "me muero de risa", "muerta de risa", "me estoy muriendo de hambre", "me muero de ganas de verlos",
        "me muero de sueño",
        "estoy muerto de cansancio", "me mata de risa", "para matar el tiempo", "no aguanto la risa",
        "me muero por un café", "sobredosis de chocolate jaja", "murió de risa",
    ),
]  # fmt: skip

SAME_DAY = [
    *group(
        "urgent, not a crisis", "person+urgent",
        "I relapsed", "I relapsed last night", "he relapsed again", "I slipped", "I used again",
        "she's using again", "I drank last night",
        "fell off the wagon", "I lost my sobriety", "craving so bad", "the cravings are killing me", "I'm craving",
        "I need detox tonight",
        "need a detox bed", "my son needs rehab", "where can I get suboxone", "need treatment today", "dope sick",
        "I'm in withdrawal",
        "I'm about to use", "I want to use so bad", "I feel like drinking", "tempted to drink",
        "I got kicked out, nowhere to go", "homeless tonight",
        "my son is missing", "my husband is in jail", "he's in the hospital", "I feel hopeless",
        "I need someone to talk to tonight",
        "I need help to stop using", "panic attack", "my daughter is back on heroin", "where can I get narcan",
        "does ibuprofen show on a test",
    ),
    *group(
        "urgente, no una crisis", "person+urgent es",
        "recaí", "tuve una recaída", "recayó anoche", "volví a usar", "volví a tomar",
        "volvió a caer en las drogas", "tengo ansias",
        "tengo muchas ganas de tomar", "necesito desintoxicación", "necesito internar a mi hijo",
        "mi hijo necesita tratamiento",
        "busco un centro para mi hermano", "estoy a punto de usar", "me corrieron de la casa",
        "no tengo dónde dormir", "me siento muy sola",
        "estoy desesperada", "síndrome de abstinencia", "mi hijo está en la cárcel", "tengo la malilla",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [*OVERDOSES, *SELF_HARM, *DANGERS])
def test_danger_to_life_is_heard_before_everything(text: str, expected: str) -> None:
    """A false alarm is the better mistake; a stop beside it is heard as well."""
    assert heard(text) == expected


@pytest.mark.parametrize(("text", "expected"), SAYINGS)
def test_a_saying_is_no_crisis(text: str, expected: str) -> None:
    """Nobody could mean these."""
    assert heard(text).replace("+urgent", "") == expected


@pytest.mark.parametrize(("text", "expected"), SAME_DAY)
def test_what_is_urgent_waits_for_a_person_the_same_day(text: str, expected: str) -> None:
    """A return to use is no crisis, and no line in an inbox like another either."""
    assert heard(text) == expected
