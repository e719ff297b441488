"""What ends the texts, what only looks like it, and where the doubt begins; the Spanish rows stand in stop_words_es.py.

Every pattern sees plain words: no accents, no capitals, no apostrophes (dont, cant), spelling mended by reply_words.py; how
a row is written says reply_rows.py. Sources: 47 CFR 64.1200(a)(10) for the words that always count as an opt-out, Twilio's
default keywords, protocols.md 2.6 and 4.1. To deepen a table, add a row and its case in tests/rules/test_replies.py.
"""

from __future__ import annotations

from typing import Final

from outreach.rules.patterns import word_set
from outreach.rules.reply_rows import Language, listed, rows
from outreach.rules.stop_words_es import NOT_STOP_ES, STOP_EXACT_ES, STOP_PHRASES_ES

# A whole clause that is one of these, politeness apart, is an opt-out.
STOP_EXACT: Final[dict[str, Language]] = {
    **dict.fromkeys(
        listed(
            """
            stop | stops | stop all | stopall | discontinue | cease | cease and desist | block me | delete |
            stopstop | stop2end | stop2quit | stopit | stopnow | stopplease | stoptexting | stoptexts | stop it |
            stop this | stop that | stop now | stop already | stop everything | stop them | stop these | stop stop |
            stop immediately | stop at once | stop me | unsubscribe | unsubscribe me | unsub | un subscribe | cancel |
            cancel all | cancel me | cancel it | cancel this | end | end all | end this | quit | quit it | quit this |
            quit all | revoke | optout | opt out | opt me out | remove | remove me | remove us | no more |
            no mas texts | stop messages | arret | arrete | arretez | arreter | halt | desist | exit | terminate |
            deactivate | disable | unfollow | stop texts | stop text | stop sms | stop texting | stop messaging |
            text stop | stop sending | no more please | do not text | no texts | no text | no messages | dont text |
            stop by text | stop that now | turn off | turn it off | turn off texts | unsubscribe all |
            unsubscribe stop | stop unsubscribe | cancel texts | cancel messages | cancel subscription |
            cancel all texts | end texts | end messages | quit texting | remove number | remove my number |
            take me off | drop me | unenroll | unenroll me | delete me | delete my number | delete number | erase me |
            stop contact | no contact | do not contact | dont contact | cease contact | stop all texts |
            stop all messages | stop end quit | stop end | sair | optout me | opt us out | i opt out | opting out |
            im out | count me out | leave me | block | block number | stop reply stop | reply stop | s t o p |
            stop subscription | stop service | stop program | withdraw | withdraw me | unsubscribe now |
            stop notifications | stop alerts | no longer want | no mas gracias | stop stop it | stop thanks |
            stop bothering me | knock it off | stop spam | stop spamming | stop contacting me | do not reply | dont reply |
            stop emails | stop calling | stop calls | detach | unlist | unlist me |
            rmv | rmv me | texts off | turn texts off | turn off texts
            """
        ),
        "en",
    ),
    **STOP_EXACT_ES,
}

# Said around a keyword without changing it.
POLITE: Final = word_set(
    """
    please thanks thank you now ok okay hi hello hey sorry sir maam just immediately today asap right so yes yeah
    bro dude guys omg ugh lol por favor gracias hola ya ahora oiga senor senora thankyou porfis porfa kindly amigo
    amigos senores disculpe
    """
)

_TO_US: Final = (
    r"(text|texts|texting|message|messages|messaging|sms|send|sending|contacting|contact|emails?|emailing|spam|spamming"
    r"|alerts?|notifications?|subscription|updates|bothering|harassing|bugging|writing|blowing up my phone|reminders|tips"
    r"|newsletter)"
)

# "I never text my mother anymore" tells a story; "never text me again" asks for something.
_NO_STORY: Final = r"(?<!\bi )(?<!\bwe )(?<!\bhe )(?<!\bshe )(?<!\bthey )" + "".join(
    rf"(?<!\b{who} )"
    for who in ("kids", "people", "friends", "family", "children", "parents", "son", "daughter", "mom")
)

# Wishes about messages. They are looked for before the negatives, so "I want to stop these texts" is heard.
STOP_PHRASES: Final = (
    *rows(
        "en",
        rf"""
        (stop|quit|cease|end|discontinue|cancel) ((all|these|those|the|your|this|my|with|me|any|of|sending|getting
        + |receiving
        + |please|to|so many) )*{_TO_US}
        (stop|quit|cancel|end) (receiving|getting) _ (these|this|them|those|anything|it|your)
        (stop|quit) (receiving|getting|sending) (these|this|them|those|anything|it|your)?
        (need|want|would like) (you|yall) (guys |people |all )*to (please )?stop( (it|this|that|now|please|already))*$
        ^no (texts|messages|spam)$
        (enough|done) (with|of) ((the|these|those|your|all) )*{_TO_US}
        no more (of )?(these |those |this |your |the )*{_TO_US}
        {_NO_STORY}(dont|never) (ever |you )?(text|message|contact|email|spam|bother|harass|bug)( me| us| this number
        + | here| him
        + | her)( ever)?( again| anymore)?
        {_NO_STORY}(dont|never) (ever )?(text|message|contact|send|email|write|bother) (again|anymore)
        {_NO_STORY}(dont|never) (ever )?(text|message|contact|email|bother|disturb|spam|call)( me| us)?$
        do not disturb|dont disturb
        (want|need|wanna) (to (get|be) )?(off|out)( of)? (this|the|your|all|these) (list|lists|thread|group|texts?
        + |messages?|chat|text chain|thing)$
        (dont|no longer) (want|wish|care|like) to (get|receive|have|see|be getting|be receiving) ((any|all|of
        + |more) )*(these|this|them|those|it|anything|your)( anymore| at all| from you)*$
        is no longer (his|her|their|my|the|a) (\S+ )?(number|phone|cell)|(just|recently) (got|bought|have
        + |took over) this (number|phone|cell)
        {_NO_STORY}(dont|never) (ever )?send _ (me|messages|message|texts|text|anything|these|this|stuff)
        (dont|no longer|didnt|not|never) (want|wish|need|care|like) (to (get|receive|have|be on
        + |hear) |getting |receiving |for )?
        + ((any|these|your|the|more|this|from|of|anymore|all|those) )*({_TO_US}|list|from you)
        (dont|no longer|not|never) (want|wish) (to )?be (texted|messaged|contacted|emailed|bothered|called or texted)
        (dont|no longer) (want|need) (any of )?(these|this|them|those)( anymore)?
        take (me |us |my number )?off? (of )?(the |this |your )?list
        take (me|us|my number|this number|my name) _ off
        get (me|us|my number) off (of )?(this|the|your)( list)?
        (remove|delete|erase) (me|us|my number|my name|this number|my phone|my info|my contact|from (the|this|your
        + |all)? ?lists?) ?(from)?
        {_NO_STORY}(dont|do not|never) send (them|these|this|those|any|it|anything)( to me| anymore| please| again
        + | here)*$
        (make sure|ensure|so) (that )?(i|we) (dont|no longer) (get|receive)( \S+){{0,5}}
        (text|message|contact|call|bother|write) (me|us|this number|to me) (no more|no longer)
        (want|need|like|have) (my|this) (number|name|info|phone) (to be )?(removed|deleted|off|taken off
        + |erased)( \S+){{0,4}}
        (shouldnt|dont|not|never) (\S+ ){{0,2}}be on (this|your|the|any) (\S+ )?list
        (mind|please|prefer|kindly|just|rather) not (text|texting|message|messaging|contact|contacting|send|sending
        + |writing|bothering)( \S+){{0,4}}
        how (do|can) (i|we) (make|get) (this|these|them|it|the texts|the messages) (to )?stop$
        refrain from (text|texting|contact|contacting|messaging|sending|any)( \S+){{0,4}}
        leave (me|us|my (family|son|daughter|kids?|husband|wife|mom|phone)) alone
        (remove|delete|unsubscribe|drop|take|stop texting) (the number )?\d[\d ]{{5,}}
        (want|like|prefer|wish|rather|love) to (no longer|not) (get|receive|be|hear|have)( \S+){{0,4}}
        (want|like|need|would like) (these|them|those) (to )?(stop|end|stopped)( now| please)*$
        ^(\S+ )?doesnt (have|use|own) this (number|phone|cell)( anymore)?
        (youre|you are|yall are|u r|you guys are) (still )?(bothering|annoying|harassing|spamming|bugging) (me|us)
        lose (my|this) number
        wrong number|(have|got|texting|texted) (the )?wrong$|^wrong$|^wrong (person|phone)|(have|got|texting|contacted
        + |reached|youre texting|you texted) (the |a )?wrong (person|phone|guy|girl|man|woman|lady|one|house|family)
        opt (me )?out|optout
        (unsubscribe|unenroll|deregister) (me|us|from|this)
        (revok(e|ed|ing)|withdr(aw|ew|awn|awing)|tak(e|ing) back) (my )?(consent|permission)
        (dont|no longer|never) (consent|give (you )?(my )?(consent|permission))( to( \S+){{1,5}})?$
        (dont|no longer|never) (have|had) my (consent|permission)( \S+){{0,5}}$
        (ask|asked|told|tell|telling|asking|begging) you (guys )?(to )?stop
        (said|say) (to )?stop( (it|this|that|now|already))?$
        ((can|could|would|will|cant|wont|why dont|why wont) you|you (need|have|ought) to|you (must|should)) (please
        & |just )*stop
        + ( (it|this|that|now|already|please))*$
        ((the|these|those|your|all|this) )+{_TO_US} (really )?((need|needs|have|has|got) to|must|should|better
        + |please) (stop
        + |end)
        (make|want|need|like) ((the|these|those|your|this|all|my) )*{_TO_US} (to )?(stop|end|stopped)
        (take|get|drop|pull|leave|cut|strike) (me|us|my (\S+ )?number|this number|my phone|my name|him
        + |her) (\S+ )?(off|out
        + |from)( of)?( (the|this|that|your|all|any|everything|here|future)\S*)?( \S+)?$
        (take|drop) ((me|us) down|(all )?my (number|info|information|data|details)( (off|out|down|from)( \S+){{0,4}})?)$
        (remove|delete|erase|scrub|purge|wipe|forget) (me|us|my (number|name|info|information|data|contact
        + |phone|cell|details)|this (number|phone)|all my \S+)
        {_NO_STORY}(never|dont|do not) (ever |you )*(contact|text|message|bother|write|reach out|send|harass
        + |bug)(ing)? (to )?(me|us|my (son|daughter|wife|husband|kid|phone|number|mom|family|cell|child)|him|her|here
        + |this (number|phone|person))
        (stop|quit|cease|dont|no more) (sending|texting|messaging|contacting|writing|bothering|harassing|spamming
        + |bugging|blowing|with (the|these|all|your)|it with)
        (no|not|zero|any) (more|further|additional|longer) (contact|communications?|correspondence|messages?|texts?
        + |texting|messaging|notifications|of (this|these|that)|from you)
        (cease|desist|discontinue|terminate|halt) _ (communications?|contact|messages?|messaging|texts?
        + |correspondence|service|subscription|all|sending|immediately)
        (unsubscribe|opt out|optout|opt me out|unsub|deregister|unregister|unenroll)
        (do not|dont|no|please no|stop) (want )?(to )?(contact|solicit|disturb|text|message)(ing)?( me| us| please
        + | anymore| again| list| here)*$
        (put|add) (me|us|my number|this number) (on|to) (the |your |a )?(do not|dont|no) (call|text|contact
        + |message)( \S+)?
        (get|getting|receive|receiving|have|be|being|see|hear|hearing) (\S+ )?(anymore|any more|no more
        + |any longer) (texts?|messages?|from you)
        (dont|no longer|not|never|didnt|wont|cant) (really |even |ever )*(want|wish|need|care|like|consent|agree
        + |intend) _ (texts|text(?! (my|him|her|them|people|anyone))|texting|texted|messages|messaged|messaging
        + |contacted|hear from (you|yall|this)|on (the|this|your) list|notifications|alerts|reminders|subscribed
        + |part of this|be bothered|your (tips|help|service|stuff|info))
        (rather|prefer|would rather|id rather) (you )?(not|didnt|dont) (text|message|contact|send|get|receive
        + |be texted)( \S+){{0,3}}
        (want|like|need|asking|wish|request|requesting|trying|going|how do i|how to|can i|could i|may i
        + |let me) (\S+ ){{0,2}}(unsubscribe|opt out|be (removed|unsubscribed|taken off|deleted|left alone)
        + |get off (of )?(this|the|your)|stop (getting|receiving|((these|the|your|all|this) )+(texts?|messages?
        + |notifications|tips|emails|spam|alerts|reminders))|(cancel|end|quit
        + |leave) (the|this|these|my|your) (texts?|messages?|list|subscription|program|service|membership|group
        + |series|thread))
        (turn|shut|switch) (these|this|them|it|the|your|all)? ?(\S+ )?off
        (make|have) (them|these) stop( please| now)?$|(these|this|they|it) (need|needs|has|have|must) (to )?(stop
        + |end)$
        (done|finished|through) (with|getting|receiving|reading) (you|your|these|this|the|all|yall) ?(texts|messages
        + |program|service|spam|tips|people|guys|stuff|list)?$
        (cancel|end|stop) (my|this|the) (subscription|enrollment|membership|service|program|sign ?up|registration
        + |account
        + |series)
        """,
    ),
    *rows(
        "en",
        r"""
        unsubscribe
        ^((im|i|am|we|are|were|sorry|hi|hello|no|thanks|just|really|please) )*(no longer|not
        + |arent) (really )?interested( (anymore
        + |thanks|thank you|please|in (this|these|your|any|it|receiving|getting|hearing|being).*))*$
        no (thanks|thank you)
        ^(spam|scam|reported|blocked|enough)( (already|now|please|thanks))*$|^go to hell
        ^(i )?dont want( it| this)?$|^i want out$|want out of (this|the|your) (program|list|thing|group|service
        + |series)
        (this|that) (is not|isnt|aint) _ (number|phone)( anymore)?|(no longer|not) (at|on) this number|new (phone
        + |number
        + |owner) who
        (never|didnt|dont remember) (sign|signed|signing|subscribe|subscribed|agree|agreed|consent|consented|ask
        + |asked) (up
        + |to this|for this|to these|for these)
        (i am|im|i will|going to) (blocking|block|report|reporting|suing|sue) (you|this|the number|this number)
        (fuck|piss|bugger) off|^(please |just )*(go away|get lost)
        when (will|do|does|are) (these|they|the texts|the messages|you) _ (stop|end)
        (want|like) to (stop|cancel|unsubscribe|opt out)$|need to (cancel|unsubscribe|opt out)$
        how (do|can|could|to|would) (i )?(cancel( it| this| these)?$|get off (of )?(this|the|your) list|opt out
        + |unsubscribe)
        ^(no|nope|nah) (thanks|thank you|thx|ty)$
        (good|better|fine|ok) without (these|them|this|you|your \S+|the \S+)$
        (this is|its) (a |my )?(child|childs|kids|minors|daughters|sons|teens) (phone|number|cell)
        (this is|its|thats) (a|my) (landline|business (line|number|phone)|work (phone|number|cell|line)
        + |fax( machine)?|office( line)?)
        too many (texts|messages|of these)|(way )?too (many|much) (texts|texting|messages|messaging|spam)
        ^(fuck|screw|eff|f|forget) (you|off|u|this|yall)( \S+)?$|^(shut up|shut it|eat shit|buzz off|kick rocks
        + |bite me|get bent|piss off|f off|fu|stfu|bugger off|go away|get lost|beat it|scram)( \S+){0,2}$
        + |leave( me)? (be|in peace)|^leave$|get out of my (phone|life|inbox)
        (this is|its|thats|you are|youre|considered|consider it|constitutes|such|just|more) (\S+ )?(harassment|spam
        + |harassing|illegal|a scam|unwanted|unsolicited|annoying|stalking)
        (i will|ill|im|i am|going to|will|gonna|am going|about to|be) (\S+ )?(report(ing|ed)?|sue|suing|block(ing)?
        + |filing|file|call my|contact my|calling my|contacting my|taking legal|press(ing)? charges) (\S+ ){0,3}(you
        + |yall|this|number|a complaint|fcc|ftc|attorney|lawyer|complaint|charges|action|police|it)( \S+){0,4}
        (my|an|a|get|hire|call|our) (lawyer|attorney|legal team)|legal action|lawsuit|tcpa|\bfcc\b|\bftc\b
        + |attorney general|(do not|dont) call (list|registry)|class action|see you in court|cease
        ^(im |i |im now |you are |youre |now )?(reported|blocked|marked|flagged|reporting|blocking)(?! (my|him|her|by
        + |them))( \S+){0,4}$
        (isnt|not|aint|is not|are not|arent) (\S+ )?(his|her|their|the right|the correct|the) (number|phone|person
        + |cell)( anymore)?
        (this|it|i) (is|am|im) (not|isnt) (\S+ )?(him|her|that person|who you|the person)( \S+){0,5}|im not (the|that
        + |who) _ (person|looking for|think|want|you)
        (no|nobody|noone|no one|dont know|never heard of|dont know (a|any)|there is no|there isnt|not a) _ (by (that
        + |this) name|named|here by|with that name|called that|at this (number|phone)|lives here)
        (he|she|they|person|owner|this number|this phone|number|phone|my \S+|i) (\S+ )?(changed (his|her|their
        + |numbers?|phones?|owners|hands)|doesnt (have|use|own|live) (this|here)( \S+)?|no longer (has|uses|have
        + |lives|owns|works|own|use|belongs?)|isnt (at|on|using) this|belongs to|moved (away|out))
        (just|recently|i) (got|have|bought|took over) (this|a) new (number|phone)|this is (a|my) new (number|phone)
        + |(wrong|incorrect) (number|num|recipient|contact)|^(sorry |you |youve |have |got |the |hi |hello |hey |this
        & |is |u )*wrong (person|guy|girl|phone|one|lady|man|family|address)
        (person|man|woman|owner|\S+) you (are|re|were) (texting|trying|looking|messaging|contacting
        + |reaching)( \S+){0,3} (is|has|passed|died|dead|deceased|moved|gone)( \S+){0,3}
        (didnt|did not|never|havent|dont remember|dont recall|not) (\S+ )?(ask|asked|sign|signed|signing|subscribe
        + |subscribed|subscribing|request|requested|requesting|agree|agreed|consent|consented|opt|opted|opting|give
        + |gave|giving|authorize|authorized|enroll|enrolled|join|joined|register|registered)( \S+)? (for|to|up|in|you
        + |this|these|anything|permission|consent|my)( \S+){0,3}
        (dont|no longer) (need|want) (this|your|the|any) (service|help|program|support|info|information|stuff
        + |anymore)?( anymore| please| thanks)*$
        ^(done|im done|i quit|off|out|over it|pass|unwanted|nope stop|no stop|nah stop|uninterested|rather not
        + |id rather not|not for me|no longer needed|not needed|not necessary|bye|goodbye|peace out|dismiss|ignore
        + |mute|muted)$
        ^(no|nope|nah) (texts|messages|thx|ty|not interested|interest)( \S+)?$|^not (now|today|wanted|interested).*
        why (are|do|r) you (still |keep |always |keep on |constantly )+(text|texting|messag|messaging|send|sending
        + |bother|bothering|contact)\S*( \S+){0,3}|(still|keep|keeps) (getting|receiving|texting
        + |sending) (\S+ ){0,3}(texts?|messages?|me|these|after|even)( \S+){0,6}$
        (i|ive|we|already|have|has|weve) (\S+ )?(told|asked|said|replied|texted|sent|wrote|typed|requested) (you |to
        & |for |all |guys |twice |already |please |nicely |times )*(stop|to stop|unsubscribe|cancel|opt out
        + |to be removed|no)( \S+){0,4}$
        (enough|sick of|tired of|fed up with|annoyed (by|with|at)|had it with|over) (\S+ ){0,3}(texts?|messages?|spam
        + |emails?|alerts
        + |notifications|texting|messaging|yall|you people)( already| please)*$
        enough (is enough|already)( \S+){0,3}$|(sick of|tired of|fed up with|had enough of) (this|these|you|it|that)$
        """,
        doubt=True,
    ),
    *STOP_PHRASES_ES,
)

# A stop word that is not meant for us. Where one matches, its words are taken out before the doubtful look.
NOT_STOP: Final = (
    *rows(
        "en",
        r"""
        (?<!you )(dont|never|wont|cant|couldnt|didnt|doesnt|not|never going to|please dont|isnt going to
        + |wouldnt) (ever |you ever |you |just |seem to |even )*(stop|stopped|quit|end|cancel|remove|unsubscribe|opt
        + |leave
        + |take)( \S+)?( \S+)?
        (want|like|need|trying|tried|try|going|able|ready|helped|help|hard|decided|struggling|love|hoping|hope|have
        + |had|has
        + |got|time|how|made|make|he needs|she needs|way|help me|help him|help her) ((me|him|her|them|it
        + |us) )?(to )?(quit
        + |stop|stopped|end)( \S+)?
        how (do|can|could|to|would|did|does) (i |you |we |he |she |one |someone )?(ever |finally )?(stop|quit)( \S+)?
        (stop|stopped|stopping|stops) (by|in|over|sign|light|at)
        (bus|truck|train|next|rest|first|last|full|pit|one|traffic|non|door) stop
        cancel (my|the|our|his|her|an|this|that) (\S+ )?(\d+ ?(am|pm|oclock)|spot|slot|bed|place|check ?in|consult
        + |tour)( \S+)*
        cancel (\S+ ){0,4}with (dr|doctor|my|the|mr|mrs|ms) \S+
        (end|ends|ended) (of|up|zone|goal|table|stage)|(the|week|at|to|year|dead|by|an|no|in|rear|deep|both|each) end
        (cancel|cancelled|canceled|end|reschedule) (my|the|our|his|her|an|this|that|tomorrows|todays
        + |a) ?\S* ?(appointment
        + |appt|appts|appointments|session|visit|class|ride|meeting|call|reservation|order|interview|date|intake
        + |group|meds
        + |prescription|refill|insurance|card)
        cancel (appointment|appt|session|visit|class|ride|meeting|tomorrow|today|monday|tuesday|wednesday|thursday
        + |friday
        + |saturday|sunday)
        stop (and|n) shop|cancel culture
        (end|quit|stop|beat) (this|my|the|his|her|our) (\S+ )?(addiction|habit|cycle|disease|pain|cravings?
        + |relationship|marriage
        + |madness|stigma|nightmare|abuse|suffering|bleeding)
        (quit|stopped|stop) (smoking|drinking|using|vaping|heroin|fentanyl|meth|alcohol|cold turkey|weed|coke|cocaine
        + |opioids
        + |pills|dope|my job|work)
        (i|he|she|we|they|who|that|it|just|has|have|finally) (quit|stop|end|cancel)( \S+)?
        remove (the|my) (stain|shirt|shoes|mask|coat)
        """,
    ),
    *NOT_STOP_ES,
)

# A clause that begins like this, and was not taken out above, is doubtful: stop, and a person looks.
STOP_DOUBT: Final = (
    *rows(
        "en",
        r"""
        ^stop \S.*
        ^(\S+ )?(said|mean|means) stop$
        ^(quit|end|cancel) (it|this|that|them|these|those|everything)\b.*
        """,
    ),
    *rows(
        "en",
        r"""
        (ok|okay|so|and|then|again|please|ugh|but|sorry|wrong|no) stop$
        ^(?!my|this|next|which|our|your)\S+ stop$
        ^(cancel|unsub|optout|revoke) \S.*
        """,
    ),
    *rows("es", r"""^(alto|basta|pare|paren) (ya|por|con|a|de|estos|los|las|esto|eso|no|que)\b.*"""),
)

# When the wish is narrower than "all texts", it is still a stop (silence means all), and a person looks.
NARROWER: Final = rows(
    "en",
    r"""
    (while|during|until|till|unless|except|before|after|at night|at work|so late|so early|this late|this early
    + |on (mon|tues|wednes|thurs|fri|satur|sun)day|on weekends|every day|so many|so much|today|tonight|tomorrow
    + |in the morning|this week)
    (durante|hasta|en la noche|de noche|tan tarde|tan temprano|en el trabajo|tantos|todos los dias|hoy|manana)
    """,
)

# Not about receiving at all, though the words are near.
INVITING: Final = rows(
    "en",
    r"""
    (we|he|she|they|my \S+) (unsubscribe|opted out|opt out|cancel|cancelled)( \S+){0,4}
    no (me |nos |lo |la |los )?(dejen|deje|dejes|abandonen|suelten)( \S+){0,2}
    why (dont|wont|didnt) (you|anyone|anybody|nobody|someone) (ever )?(text|message|contact|send|email|write)( me
    + | us)?
    dont (forget|hesitate|be afraid) to \S+( me| us)?
    (need|needs|had|have|has|trying|try|decided|able|going|learn|learning|hard|want|help me|help him
    + |help her) (to )?(stop
    + |quit) (texting|messaging|sending|contacting|writing|emailing|calling|bothering) (my|him|her|them|money|people
    + |everyone|to)
    (did|have|has|why did|when did|since) (you|the texts|the messages|the tips|they|it|yall) (stop|stopped|quit|end
    + |ended)
    (dont|didnt|never|did not) (want|wanted|wanna|mean|need|plan|intend|wish) ((you )?(to )?|(it|this|that|them|these
    + |those|(the|your|these|those|any of these) \S+) to )(stop|quit|end|cancel|unsubscribe
    + |opt out|be removed|leave)
    (?<!do you )(?<!must you )(keep|continue|please keep) (texting|sending|the texts|them coming|it up|messaging)
    (dont|didnt|never) (get|got|received|receive) (the|your|a|any|my|todays) (text|texts|message|messages)
    (por que|porque) (ya |ustedes )?no (me |nos |le )?(escrib|mand|envi|text|contest|llam|lleg)\S+
    no (duden?|dude|olviden?|olvide|se olviden|deje|dejen|pares?|paren) (en|de) (mand|envi|escrib|text|contact
    + |llam)\S+
    no me (llego|llegan|llegaron|ha llegado|llega) (\S+ ){0,2}(mensajes?|textos?|nada)
    """,
)


# One-word answers near "stop" that are words of their own: stop all the same, and a person looks.
ORDINARY: Final = frozenset(
    ["shop", "step", "top", "spot", "slop", "stoop", "strop", "atop", "stow", "stomp", "sop", "top"]
)
