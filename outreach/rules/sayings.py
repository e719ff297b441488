"""Sayings in which nobody is in danger: taken out of a text before a crisis is looked for, in English and Spanish.

Plain words, as in crisis_words.py. A row here can hide a cry for help, so it must name what makes it harmless: the pizza, the
phone, the laughter. To deepen the table, add a row and its case in tests/rules/test_replies_crisis.py.
"""

from __future__ import annotations

from typing import Final

from outreach.rules.reply_rows import rows

_FUN: Final = (
    r"(pizza|chocolate|sugar|candy|sweets|cookies?|cake|ice cream|tacos?|turkey|food|carbs|cheese|netflix|tv|movies?|football"
    r"|sports|shopping|work|homework|news|zoom|cuteness|puppies|puppy pics|cat videos|memes|christmas music|social media"
    r"|facebook|tiktok|instagram|info|information|pie|donuts?|bbq|popcorn|pasta|leftovers)"
)

SAYINGS: Final = (
    *rows(
        "en",
        rf"""
        (died|dying|dead|die) (of|from|with|laughing) ?(laughter|laughing|boredom|embarrassment|curiosity|anticipation
        + |excitement|cuteness|jealousy|cringe)?(?<! of)(?<! from)(?<! with)
        (im |am |i |was |were |just |literally |absolutely )*(dying|died|dead|deceased) (lol|lmao|lmfao|rofl|haha\w*)
        (lol|lmao|lmfao|rofl|haha\w*) (im |i am |i |just |literally )*(dying|died|dead|deceased)
        (crack|cracks|cracked|cracking) me up (\S+ )?(dying|dead)|(hilarious|so funny|too funny
        + |laughing) (\S+ ){{0,2}}(im |i am )?(dying|dead)
        (alarm|coffee|phone|noise|snooze) (\S+ )?(didnt|doesnt|cant|wont|wouldnt|couldnt) wake (me|us)( up)?
        (wake|waking|woke) up (for (work|school|class|church|group)|on time|early|late)
        no (more )?seizures? (this|in|since|for)|seizure free
        breathing (fire|down)
        passed out (of|the|some|my|flyers|candy|cards|food|papers|snacks|flags|water|plates|sandwiches|tickets
        + |programs)
        (say|said|saying|kiss|kissed|says) good ?bye to (heroin|alcohol|drugs|drinking|the bottle|my old|old
        + |that life|my addiction|using|meth
        + |pills|beer|cigarettes|smoking|my (job|car|house|boss|coworkers?|teacher))
        (my|the|our|his|her) last (day|night|week|message) (at|of|in|with|on) (work|the job|school|class|group
        + |treatment|rehab|detox|the program
        + |probation|court|parole)|last day at work
        gun (permit|license|safe|locker|range|show|violence|control|shop|store)
        heart (just )?stopped when
        life is over (here|there)
        (was|were|got) (shot|killed|stabbed) in (19|20)\d\d
        (wont|not going to) be (here|there|in|able) (tomorrow|tonight|today) (can|but|because|see|i have|due|since
        + |until|ill|i will|so can|out of|got)( \S+)?
        (wont|cant) make it (to (group|class|the|my|work|meeting|court)|on \S+day|this (week|time)|tonight (sorry
        + |because|can|but))
        dying (to|for) (know|see|meet|hear|try|get|eat|go|find|read|tell|ask|learn|share|visit|watch|a|some)
        (phone|battery|car|laptop|plants?|flowers?|trees?|engine|computer|tablet|grass|garden|truck|printer|fish|lawn
        + |dog|cat
        + |signal|wifi|ipad|watch) (is |has |just |was |are |were |keeps |almost |about to |going to )*(dying|died
        + |die|dead|blue)
        (feet|back|head|knees?|legs?|allergies|homework|work|heat|traffic|job|weather|suspense|wait|waiting|joke|you
        + |youre|tips?
        + |hangover|boss|tooth|cramps|shoes|workout|gym|stairs|cold|humidity|commute|prices|rent|bills|this|that|it
        + |its|neck
        + |stomach|sinuses|headache|migraine|shoulder|class|school|schedule) (is |are |was |were |just |really |so
        & |totally
        & |absolutely )*(killing|killed|kills|kill|slaying|destroying) (me|us)
        (killing|killed|kill|slayed|crushing) it( \S+)?
        (killed|killing|nailed|crushed) (the|that|my) (interview|test|exam|meeting|presentation|audition|workout
        + |shift)
        (kill|killing|killed) (time|the mood|the vibe|two birds|an hour|some time|a few hours)
        (id|i would|would|could) (kill|die) for (a|an|some|that|one)
        overdos(e|ed|ing) on (too much |so much |all the |the |some |my |your )*{_FUN}
        (od|ods|oded|oding|odd) on (too much |so much |all the |the |some |my |your )*{_FUN}
        (overdose|suicide|naloxone|narcan) (awareness|prevention|education|memorial|vigil|statistics|stats|data|bill
        + |policy)
        + ( (day|month|week|walk|class|classes|training|event|group|program))?
        (overdose|naloxone|narcan) (training|trainings|class|classes|workshop|kits?|boxes|webinar)
        suicide squad
        (hit|hits|hmu|hitting) (me|us) (up|back)
        (it|this|that|which|reality|grief|tips?|message|words?|song|one|quote) (really |just |kind of |finally )*(hit
        + |hits|beats)
        & (me|us)
        ^beats me$
        (beat|beats|beating) (us|them) (in|at|by|last|on|again)
        (shoot|shot|send) (me|us|you|him|her) (a|an) (text|email|message|call|note)
        (cut|cutting|hurt|burned) (myself|my finger|my hand) (shaving|cooking|while|chopping|slicing|on|opening
        + |in the kitchen|at
        + |some|a)( \S+)?
        (beat|beating|kick|kicking|kicked|blame|blaming) myself up
        (die ?hard|do or die|die hard|to die for|died and went to heaven|never say die|the die is cast|habits die
        + |diehard)
        dead (tired|battery|serious|end|line|weight|beat|lift|right|on|of winter|of night)
        (bored|scared|tired|worried|love you|loved|freezing|sick) to death
        (unconscious|subconscious) (bias|mind|thoughts?)
        (\d+|few|many|some|several|hundred) kms|kms (away|from|to|per|an|long|of)
        (heart attack|stroke) (of luck|risk|awareness)
        (gives|gave|giving|having) (me|you|them|him|her) a heart attack
        (sky|water|leaves|hair|light|test|strip|screen|walls?|ocean|bruise|beard) (is |are |was |turned |turning
        & |went |going |gone
        & )+(blue|purple|grey|gray)
        (going|went|gone|turning|turned) (grey|gray) (at|early|naturally|in my|with age)
        (blue|purple|grey|gray) (dress|shirt|car|sky|cross|whale|jays?|devils|team|house|hair|eyes|jeans)
        (glue|squirt|nerf|water|bb|nail|staple|caulk|massage|heat|spray|radar|top) gun
        (has|got|with|bought) a (knife set|gun license|gun safe|butter knife)
        (used|took|had|need|needs|forgot|picked up|refilled|got|take|taking) (my |her |his |the )*(daily|morning
        + |evening|night
        + |nightly|vitamin|blood pressure|prescribed|allergy) (pills?|meds|tablets?|vitamins?)
        quit breathing down my neck|breathing (exercise|exercises|technique|room|space|deeply|slowly)
        (isnt|not|cant|doesnt) (going to )?(end|be the end of) (of )?the world
        """,
    ),
    *rows(
        "es",
        r"""
    (me |se |nos |te |estoy |estamos |ando |casi |muert[oa]s? |mue?r\w* )*(muer[oe]n?|muert[oa]s?|muriendo|morir(me
    + |se)?|mori|murio|moria) de (la |el
    & |pura )?(risa|hambre|sed|sueno|frio|calor|ganas|amor|pena|verguenza|curiosidad|aburrimiento|cansancio|envidia
    + |celos|emocion|nervios
    + |alegria|ternura)
    (matar|mata|matan|mato|matando|matarme|matarnos) (de|el|la|los|a) (risa|tiempo|hambre|sed|rato|curiosidad|calor
    + |frio|sueno)
    (chiste|pelicula|meme|cancion|risa|eso) (\S+ )?(me|nos) (mato|mata|mataron)
    (me|le|nos|lo|te) pego (el|la|un|una) (sol|gripe|gripa|covid|frio|calor|hambre|aire|susto|virus|resfriado|tos
    + |dolor|cruda|nostalgia)
    (le|les) pega (bien|duro) (al|a la)
    (ve|ven|veo|viendo) cosas (buenas|bonitas|positivas|lindas|nuevas|mejores)
    (me|nos) (mata|matan|esta matando|estan matando) (el|la|los|las|este|esta|tu|de) \S+
    (me |se )?(muero|mueren|muere|muriendo) por (\S+)
    (\d+|unos|varios|pocos|muchos) kms|kms (de|a|por)
    sobredosis de (chocolate|azucar|pizza|ternura|amor|dulces|comida|informacion|trabajo|netflix|cafe|tacos|pastel)
    (prevencion|concientizacion|conciencia|dia|clase|taller) (de|del|sobre) (la |las )?(sobredosis|suicidio|naloxona)
    (lo|la) (pego|golpeo) (al|a la|en el|en la) (gol|piñata|jonron|pelota)
    me (voy a |quiero |estoy |acabo de )*(cortar|corte|cortando|corto) (el (pelo|cabello|fleco|dedo)|las unas)
    (no puedo|no aguanto) mas (tarde|temprano|que|la risa|las ganas)|no aguanto (la risa|las ganas)
    no puedo respirar de la risa
    (pastillas?|medicinas?) (de|para) (la )?(presion|diabetes|vitaminas|alergia|tos|manana)
    """,
    ),
)
