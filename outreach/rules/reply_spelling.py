"""How people spell, made plain, and the signs of a language: what reply_letters.py mends before the tables are asked.

Plain words throughout: no accents, no capitals, no apostrophes (dont, cant).
"""

from __future__ import annotations

from typing import Final

from outreach.rules.patterns import word_set
from outreach.rules.reply_rows import listed

# What people type for one word, made one: the patterns then need one spelling.
SPELLING: Final[dict[str, str]] = dict(
    pair.split(" = ", 1)
    for pair in listed(
        """
        can not = cant | cannot = cant | could not = couldnt | do not = dont | dnt = dont | don t = dont |
        can t = cant | did not = didnt | does not = doesnt | will not = wont | won t = wont | is not = isnt |
        u = you | ur = your | yall = you | txt = text | txts = texts | txting = texting | msg = message |
        msgs = messages | mssg = message | msj = mensaje | pls = please | plz = please | pleas = please |
        thx = thanks | wanna = want to | wana = want to | killmyself = kill myself | wnat = want | wantto = want to |
        iwanttodie = i want to die | iwannadie = i want to die | wannadie = want to die | gonna = going to |
        tryna = trying to | my self = myself | any more = anymore | ya ll = you | xq = porque | porfa = por favor |
        porfavor = por favor | xfavor = por favor | xfa = por favor | stahp = stop | stahhp = stop | stawp = stop |
        staph = stop | st op = stop | sto p = stop | s top = stop | estop = stop | estope = stop |
        unsubscribed = unsubscribe | unsubscribing = unsubscribe | unsubscription = unsubscribe |
        un subscribe = unsubscribe | un suscribe = unsubscribe | i ll = ill | i m = im | i ve = ive | i d = id |
        he s = hes | she s = shes | it s = its | that s = thats | gna = going to | finna = going to | wnt = want |
        rlly = really | bc = because | ppl = people | should not = shouldnt | would not = wouldnt |
        have not = havent | are not = arent | tex = text | texs = texts | mesages = messages | mesage = message |
        massages = messages | messeges = messages | messege = message | emial = email | emials = emails |
        e mail = email | e mails = emails | e mailing = emailing | dye = die | comit = commit | sucide = suicide |
        suiside = suicide | suisidal = suicidal | suacide = suicide | breth = breath | brething = breathing |
        breating = breathing | breathin = breathing | breath ing = breathing | overdozed = overdosed |
        overdoze = overdose | overdos = overdose | over dose = overdose | over dosed = overdosed |
        over dosing = overdosing | mensages = mensajes | mensage = mensaje | msjs = mensajes | mjs = mensajes |
        msn = mensajes | kiero = quiero | qiero = quiero | kieren = quieren | q = que | k = que | ke = que |
        aser = hacer | ya nomas = ya no mas | resivir = recibir | resibir = recibir | recivir = recibir |
        enbien = envien | embien = envien | manderme = mandarme | vasta = basta | em = them | qn = quien |
        kien = quien | quen = quien | muerir = morir | moririme = morirme | sobredocis = sobredosis |
        sovredosis = sobredosis | rrespira = respira | respria = respira
        """
    )
)

# Longer words worth mending when one letter is wrong, missing, doubled or swapped.
MENDED: Final = tuple(
    sorted(
        word_set(
            """
    unsubscribe overdose overdosed overdosing suicide suicidal breathing unresponsive naloxone naloxona messages
    message texting sending seizure sobredosis suicidio mensajes cancelar myself breathe unconscious narcan
    texteen escriban respira respirando pastillas suicidarme matarme detener detengan relapsed hopeless
    contacting harassing cancel
    """
        )
    )
)

# Words of their own that are one slip away from a word above.
NOT_SLIPS: Final = word_set(
    """
    bathing bending breaching breath breathed breather breaths breeding cancela cancele cancelen cancelada cancelan cancelas
    cancelo cancels cancer cancers carcel chancel conscious contracting detenga elapsed ending escriba escribas
    escribo fending hatarme homeless hopefully lending loathing maltarme mandarme marcan marcar massage massages
    mending messaged messenger mirarme obtener passage passages pastilla pending relapse relapser relapses
    rending respirado respirar respire retener sanding sealing seasoning seeding sensing spending subconscious
    suicida suicidan suicidar suicidas suicidios suicido tending tener tenting testing vending wending
    """
)

SPANISH_WORDS: Final = word_set(
    """
    aceptan al amiga amigo anoche ayer ayuda ayudo bien bueno buenos camino cita claro como con cuando cuanto
    cuesta de dejar del dias dios donde el ella es eso espero esposa esposo esta estan este estoy favor gracias
    hermana hermano hija hijo hola hoy la las le les lo los mama manana mas me mensaje mensajes mi mis muchas
    mucho muero muy nada necesito no noches nombre nos novia novio numero nunca papa para pero por porque puede
    puedo que quien quiere quiero se semana soy su sus tardes tengo textos tienen tomar tomo un una uno usted
    ustedes voy ya
    """
)

ENGLISH_WORDS: Final = word_set(
    """
    a an and are at can did do does for has have he help her his how i in is it me message my need no not of on
    please she text texts thanks that the they this to want was we what when where who will with would you your
    """
)
