"""What is heard before everything: words of danger to life, and words that ask for a person the same day.

English and Spanish, as plain words: no accents, no capitals, no apostrophes (dont, cant), spelling mended by reply_words.py;
how a row is written says reply_rows.py. A false alarm is the better mistake. Source: protocols.md 6.3 [ctl] [own].
To deepen a table, add a row and its case in tests/rules/test_replies.py.
"""

from __future__ import annotations

from typing import Final

from outreach.rules.reply_rows import rows

CRISIS: Final = (
    *rows(
        "en",
        r"""
        overdos(e|ed|es|ing|in)
        od|ods|oding|o d|odd|oded|od ing|od ed
        (not|isnt|aint|stopped|stop|quit|barely|cant|hardly|no longer) (even )?breath(e|ing|in)
        trouble breathing
        (blue|purple|grey|gray) lips
        lips _ (blue|purple|grey|gray)
        (turning|turned|going|gone) (blue|purple|grey|gray)
        (wont|not|cant|doesnt|isnt|didnt|never) (get )?(him|her|them|it)? ?(to )?(wake|waking|woke|wakin) ?(him|her|them)?( up)?
        cant wake _ up
        wont wake _ up
        (he|she|hes|shes|him|her|they|theyre) (is |are |went |looks )?(all )?(blue|purple|grey|gray)
        (is|hes|shes|im|am|theyre|are) (dying|not moving)|stopped moving
        call (911|an ambulance)|(need|needs|send) (an )?ambulance|(this is|its) an emergency|^emergency$
        unresponsive|not responding to anything|no pulse|unconscious
        too many (pills|pill|tablets|meds|xanax|percs|oxys|tylenol)
        (took|taken|taking|swallowed|ate) ([2-9]\d|\d{3,}|[a-z]+ty|a dozen|dozens of) (of )?(my |the )?(\d+ ?mg )?(pills?
        + |tablets?
        + |meds|xanax|percs|oxys|tylenol|advil|ibuprofen|acetaminophen|excedrin|aspirin)
        (took|taken|swallowed|ate) _ (bottle|bunch|handful|lot) of (pills|my pills|meds|tylenol|my meds)
        (took|taken|swallowed) (all|the whole|an entire) _ (pills|bottle|meds|tablets)
        (need|needs|bring|give|giving|gave|have|get) _ (narcan|naloxone) _ (now|fast|asap|quick|hurry)
        (need|needs|gave|giving|used|using) (him |her |them |some |the )*(narcan|naloxone)
        (narcan|naloxone) (now|asap|please|isnt working|not working|didnt work)
        """,
        "overdose",
    ),
    *rows(
        "es",
        r"""
        sobre ?dosis
        no (esta )?(respira|respirando|puede respirar|puedo respirar)
        (dejo|deja) de respirar
        no (se )?(despierta|reacciona|responde nada)
        no (lo|la|le|los) puedo despertar|no puedo despertar(lo|la|le|los)?
        labios (azules|morados|azulados)
        (se puso|esta) (azul|morado|morada)
        (demasiadas|muchas|todas (las|mis)|\d{2,}) (pastillas|pildoras)
        (necesito|necesita|traigan|dele) _ (narcan|naloxona)
        inconsciente|sin pulso|(se esta|me estoy) muriendo|se muere|llamen? (al )?(911|una ambulancia)|^emergencia$
        """,
        "overdose",
    ),
    *rows(
        "en",
        r"""
        kil+(ing|in)? myself
        kms|unalive( myself)?
        (want|wanted|wants|wish|ready|going|rather|trying|like|hope|need) (to|i could|i would|i can) (just )?(die|be dead
        + |not wake up|not exist|disappear( forever)?)
        (rather|want) (be )?dead
        wish i (was|were|am) (dead|never born|not here|not alive)
        (dont|didnt|no longer|not) want to (live|be alive|be here|exist|wake up|go on|keep living|keep going)( anymore)?
        (want|wanted|going) to (stop|quit|end) (living|life|existing)
        (cant|couldnt) (do|take|handle) (this|it|life) (anymore|any longer|no more)
        (nobody|no one|noone) (would|will|ll|d) (even )?(miss me|care if i)
        (going|want|ready|about) to jump$
        (cant|couldnt) (go on|live like this|live anymore|do life|keep living)( anymore)?
        end it( all)?
        (end|ending|take|taking) (my|my own) life
        suicid(e|al)
        no (reason|point|will) (to|in) (live|living|life|go on|going on)
        nothing (left )?to live for
        good ?bye (forever|everyone|world|cruel world)
        better (off )?(without me|dead|if i was gone|if i were gone|if i died)
        (tired of|done with) (living|life|being alive)
        (dont|cant) see (the|a|any) (point|reason) (to|in|of) (living|life|going on|anything)
        (hurt|hurting|harm|harming|cut|cutting|hang|hanging|shoot|shooting) myself
        self ?harm(ing)?
        life (is|isnt) (not )?worth (living|it)
        (dont|didnt) deserve to live
        (slit|slitting) my wrists?
        jump(ing)? off (a|the) (bridge|roof|building)
        """,
        "self_harm",
    ),
    *rows(
        "es",
        r"""
        (me )?quiero morir(me)?|querer morir|ganas de morir(me)?
        (me quiero|quiero|voy a|me voy a) matar(me)?
        matarme|suicid(arme|io|ar|a|arse|o|ame)|me suicido
        no quiero (vivir|seguir viviendo|estar viv[oa]|existir|despertar)
        ya no quiero (vivir|seguir|estar aqui)
        (quitarme|acabar con) (la|mi) vida
        acabar con todo
        no (tengo|hay) _ (por que|para que|razon para) vivir
        (mejor|mejores) sin mi
        (hacerme|me hago|me voy a hacer) dano
        cortarme|lastimarme|ahorcarme
        adios para siempre
        no (puedo|aguanto) mas(?! tarde)|no puedo seguir( asi| viviendo| adelante)?$|cansad[oa] de vivir
        """,
        "self_harm",
    ),
    *rows(
        "en",
        r"""
        (hit|hits|hitting|beat|beats|beating|choke|choked|choking|hurting|raped|raping|stabbed|attacked|attacking|abusing
        + |molested) (me|her|him|us|my (kid|kids|son|daughter|child|baby|mom|mother|sister))
        (going to|will|trying to|threatened to|wants to) (kill|hurt|shoot|stab) (me|her|him|us|them|someone|somebody|my (kid
        + |kids|wife|husband|mom|family))
        (has|got|with) a (gun|knife)
        (scared|afraid|terrified) of (my|him|her) ?(husband|boyfriend|wife|girlfriend|dad|father|stepdad|partner|ex)?
        (he|hes|uncle|dad|stepdad|father|brother|cousin|teacher|coach) (\S+ )?(touches|touched|touching) (me|her|my (son
        + |daughter|kid))
        (being|was|got|getting) (abused|beaten|beat up|raped|attacked|assaulted|molested)
        (child|kid|kids|baby) _ (in danger|not safe|being hurt|abused)
        (i am|im|were|we are) (not safe|in danger)
        domestic violence
        """,
        "violence",
    ),
    *rows(
        "es",
        r"""
        (me|la|lo|nos) (pega|pegan|golpean|estan pegando|estan golpeando|golpea|pego|golpeo|esta pegando|esta golpeando|violo
        + |quiere matar|va a matar|amenazo)
        (tiene|trae) una? (pistola|arma|cuchillo)
        violencia domestica|estoy en peligro
        """,
        "violence",
    ),
    *rows(
        "en",
        r"""
        seizures?|seizing|convulsing|convulsions?|delirium|d ?ts
        (seeing|hearing) things
        hallucinat(ing|ions?|es)
        (chest pain|chest hurts)
        """,
        "withdrawal",
    ),
    *rows(
        "es", r"""convulsion(es)?|convulsionando|alucina(ndo|ciones)|esta viendo cosas|dolor de pecho""", "withdrawal"
    ),
)


# Not a crisis, but a person answers the same day (protocols 6.3, class E).
URGENT: Final = (
    *rows(
        "en",
        r"""
        relaps(e|ed|ing)|(used|using|drank|drinking|smoked) again|slipped( up)?|cravings?|craving
        (need|needs|want) _ (detox|a bed|treatment|rehab)( \S+)?
        (dope ?sick|withdrawals?|in withdrawal|detoxing)
        (about to|going to|want to) (use|drink|get high|shoot up|score)
        (kicked me out|nowhere to (go|sleep)|homeless tonight)
        make it stop|i give up|hopeless
        (just|i) (took|shot|snorted|smoked) _ (fent|fentanyl|fetty|heroin|dope|meth|tranq|xylazine)
        pills|(\d+ ?)?mg|milligrams|ibuprofen|acetaminophen|excedrin|tylenol
        """,
    ),
    *rows(
        "es",
        r"""
        recai|recaida|recayo|(use|consumi|tome|bebi) otra vez|volvi a (usar|consumir|tomar|beber)
        (necesito|necesita) (desintoxicacion|un tratamiento|tratamiento|internarme|rehabilitacion)
        abstinencia|ansias de|pastillas|miligramos
        """,
    ),
)
