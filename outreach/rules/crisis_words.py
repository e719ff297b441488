"""What is heard before everything, in English: words of danger to life.

Plain words: no accents, no capitals, no apostrophes (dont, cant), spelling mended by reply_spelling.py; how a row is
written says reply_rows.py. A false alarm is the better mistake: grief, quoted words and denials ("I'm not suicidal") alarm
as well. Only what nobody could mean (ODd on pizza, dying of laughter) is taken out first, by sayings.py. The Spanish rows
stand in crisis_words_es.py, what is urgent and no crisis in urgent_words.py. Source: protocols.md 6.3 [ctl] [own]. To
deepen a table, add a row and its case in tests/rules/test_replies_crisis.py.
"""

from __future__ import annotations

from typing import Final

from outreach.rules.crisis_words_es import CRISIS_ES
from outreach.rules.reply_rows import rows

_OVERDOSE: Final = r"""
    overdos(e|ed|es|ing|in)
    od|ods|oding|o d|oded|od ing|od ed|od d
    (he|she|they|i|son|daughter|brother|sister|husband|wife|friend|mom|dad|boyfriend|girlfriend|just|almost|have|has
    + |had|nearly
    + |cousin|roommate|who) odd( on| last| again| yesterday| today| tonight)?$
    (not|isnt|aint|stopped|stop|quit|barely|cant|hardly|no longer|wont|doesnt|couldnt|not really|hardly even
    + |never) (even
    & |be |really )?breath(e|es|ing|in)?|cant catch (my|his|her) breath
    (trouble|difficulty|problems?|struggling( to)?|gasping|hard time|shallow) (with )?(breath|breathe|breathing
    + |for air|to breathe)
    (breathing|breath) (is |has |got |really )*(stopped|shallow|slow|weird|funny|strange|slowing)|breath _ stopped
    (blue|purple|grey|gray) (lips|face|fingers|fingertips|skin|nails)
    (lips|face|fingers|fingertips|skin|nails) _ (blue|purple|grey|gray|bluish)
    (he|she|hes|shes|him|her|baby|son|daughter|brother|sister|husband|wife|friend|mom|dad|kid|they|theyre) _ (turning
    + |turned
    + |going|gone|went|look|looks|looking|is|are|all) (all |so |completely |really )?(blue|purple|grey|gray)
    ^(turning|turned|going|gone) (blue|purple|grey|gray)|turning (blue|purple)
    (wont|not|cant|doesnt|isnt|didnt|couldnt|arent|unable to|wouldnt) (get )?(him|her|them|it|my \S+)? ?(to )?(wake
    + |waking|woke
    + |wakin|rouse|awaken) ?(him|her|them|my \S+)?( up)?
    cant wake _ up|wont wake _ up
    (hes|shes|is|him|her|theyre) (all )?(blue|purple|grey|gray)
    (is|hes|shes|im|am|theyre|are|might be|may be|think) (going to be )?(dying|not moving(?! (out|to|until|till|in
    + |away|back|from|houses|this|next)))|stopped moving|(not|isnt
    + |arent|wont|doesnt) (moving|move)( at all)?$|not moving$|(he|she|hes|shes|baby|son|daughter|kid|him
    + |her) (is )?not moving
    (dont|do you|please) (let|leave) (him|her|me) (to )?die
    (someone|somebody|he|she|brother|sister|friend|son|daughter) is dying
    (call|called|calling|dial|need|should i call|do i call) 911|^911( \S+){0,3}$|(call|need|needs|send|get
    + |want) (me )?(an |a
    & )?(ambulance|paramedics?|ems)|(this is|its|it is|have|medical) (an )?(life or death )?emergency
    + |^emergency( \S+)?$
    unresponsive|non ?responsive|not responsive|not responding( to (anything|me|us))?|(wont|doesnt|isnt|not
    + |cant) respond(ing)?
    & (to (anything|me|us|my voice)|at all|anymore)|(he|she|hes|shes) _ (wont|isnt|not) respond(ing)?$
    (no|cant (feel|find) (a|his|her)|weak|without a) (pulse|heartbeat)|heart (has )?stopped
    unconscious|out cold|(lost|losing) consciousness|passed out (and|on|in|with|after|cold|again|from)|(he|she|hes
    + |shes|mom|dad|son
    + |daughter|brother|sister|husband|wife|friend) (is |has |just |been )*passed out|^passed out$
    (foam|foaming|froth|frothing) _ mouth|gurgling|death rattle|snoring (weird|weirdly|funny|strangely)
    + |choking on (his|her|their
    + |my)? ?(own )?(vomit|puke)
    (cold|limp) (and|to) _ (clammy|blue|limp|touch|cold|floppy)|(hes|shes|is|went|gone|body is) (limp|clammy|cold and)
    (collapsed|fell out) _ (bathroom|floor|kitchen|wont|not|cant|breathing|help|moving)|(nodding|nodded) (out
    + |off) _ (wont|cant
    + |not|breathing|wake)
    (found|find) (him|her|my \S+) (on the (floor|bathroom floor|ground)|passed out|blue|cold|with a needle|slumped)
    + |needle (still )?in
    & (his|her) arm
    breathing (real |really |very |so |super |kinda )*(slow|slowly|shallow|weird|fast|hard|funny|strange|bad|badly)
    (took|taken|swallowed|ate|popped|downed) (\S+ ){0,3}(bottle|handful|box|pack|fistful) of (?!(water|wine|beer|soda
    + |juice|coke
    + |pop|milk|gatorade|chips|cookies|chocolates?|candy|nuts|popcorn|cereal|crackers|food|snacks)(?!\S))\S+
    (kid|toddler|baby|child|son|daughter|niece|nephew|grandson|granddaughter|grandbaby|dog|year old|children
    + |kids) (\S+ )?(ate
    + |swallowed|got into|drank|took|chewed|found) (\S+ ){0,2}(pills?|suboxone|methadone|meds|medicine|medication
    + |patch|gummies
    + |edibles?|bleach|tylenol|fentanyl|xanax|percs?|heroin|drugs)
    (he|she|hes|shes|they|theyre|son|daughter|brother|sister|husband|wife|mom|dad|friend) (is |are |looks |might be
    & |may be )*dead$
    (took|taken|swallowed|ate|popped|downed) (\S+ ){0,2}(whole|entire) (prescription|script|bottle|box|pack|refill
    + |supply)
    (lethal|fatal) (dose|amount)|hot ?shot
    (too many|all (of )?(my|his|her)|whole bottle of) (\S+ )?(pills?|tablets?|meds|medication|xanax|percs?|percocets?
    + |oxys?|oxycodone|tylenol|benzos|klonopin|valium|ambien|advil
    + |aspirin|excedrin|ibuprofen|acetaminophen|sleeping pills|norco|vicodin|methadone|suboxone|antidepressants
    + |pastillas)
    (took|taken|taking|swallowed|ate|popped|downed) ((like|about|around|maybe|almost|over|at least) )?([1-9]\d|\d{3,}
    + |[a-z]+ty|a dozen|dozens of|fifteen|sixteen
    + |eighteen
    + |1[0-9]) ?(of )?(my |the |his |her )?(\d+ ?mgs? )?(pills?|tablets?|meds|xanax|percs|oxys|tylenol|advil|ibuprofen
    + |acetaminophen|excedrin|aspirin|klonopin|benzos|ambien|valium|xans|xannies|bars|blues|addys|adderall|seroquel
    + |trazodone|gabapentin|lexapro|zoloft|hydros|hydrocodone|oxycodone|norcos?|vicodin|lortabs?|somas?|subs
    + |antidepressants
    + |benadryl|sleeping pills|melatonin|unisom|nyquil|pastillas)
    (took|taken|swallowed|ate|popped|downed|drank) _ (bottle|bunch|handful|lot|whole bottle|fistful|box
    + |pack) (of )?(my )?(pills|my
    + |meds|tylenol|bleach|xanax|antifreeze|nyquil|percs|benzos|them|medication|advil|aspirin|ibuprofen)
    (took|taken|swallowed|ate) (them )?(all|the whole|an entire|the entire)( of (them|my|the))?( \S+)? ?(pills|bottle
    + |meds|tablets
    + |script|prescription)?$
    (took|did|used|shot|drank|smoked|snorted|injected|taken|done|had) (way |far )?(too|to) much(?! (for|time|work|on
    + |about|space
    + |fun|of a|sugar|coffee|sun|to do))
    (took|taken|mixed|drank|did|swallowed) _ (fentanyl|fent|heroin|opioids?|xanax|pills|benzos) _ (cant|wont|not
    + |scared|sick|weird
    + |feel|breathing|breathe|dizzy|help)
    (drank|swallowed|drinking) (the )?(bleach|poison|antifreeze|drano|gasoline|rat poison)|poison(ed)? (myself
    + |himself|herself)
    (need|needs|bring|give|giving|have|get|anyone have|where is|wheres|got any) _ (narcan|naloxone) _ (now|fast|asap
    + |quick|quickly
    + |hurry|right away|tonight|please|immediately|rn)
    (need|needs|gave|giving|used|using|give|gived|hit|hitting|administered) (him |her |them |some |the |me |my \S+ |a
    & dose of |(two|\d) doses? of |with |more |another )*(narcan|naloxone)
    (narcan|naloxone) (now|asap|please|help|hurry|isnt working|not working|didnt work|wont work|is not working
    + |does nothing|emergency)
    (narcanned|narcand)
    (is|how much|how many|what|would|will) _ (too much|enough|a lethal dose|kill (me|you|someone
    + |a person)) _ (to (die|kill me|take
    + |end it|od|overdose)|pills|tylenol|ibuprofen)|is (\d+|\S+)? ?(mgs?|milligrams?|pills) (of \S+ )?(too much
    + |enough|a
    & lot|dangerous|safe)|how many _ (pills|tylenol|ibuprofen|xanax|advil|excedrin|tablets)
"""

_SELF_HARM: Final = r"""
    (kil+|kil+ing|kil+in|kiling|end|ending|off|offing|shoot|shooting|hang|hanging|drown|drowning|gas|poison|hurt
    + |hurting|harm
    + |harming|cut|cutting|burn|burning|starve|stab|stabbing|unalive) (my ?self|meself)
    kil+(s|ed|ing)? (himself|herself|themselves|themself)|(hurt|harm|hurting|harming|cut|cutting|hang|hanging|hung
    + |shoot|shot) (himself
    + |herself|themselves)
    ^(please |pls |i need )*988( please)?$
    ^(im |i am |standing |sitting )*(on|at) (the|a) (bridge|roof|ledge|overpass|tracks|train tracks|cliff)( now
    + | right now)?$
    cutting again|(im|ive been|been|started|she is|hes|shes|is) cutting( again| lately| more)?$
    (dont|cant|not) (think|know|believe|sure) (\S+ ){0,3}(stay alive|survive|keep living|make it through the night
    + |keep going|go
    & on|live)( \S+){0,2}$
    a burden( \S+){0,3}$
    (rather|prefer|wish|want|like) (to )?(not|never) (be alive|exist|be here|live|wake up|have been born|to live
    + |to be alive)
    (way|ways|method|methods|how|easiest|painless|quickest|best) (\S+ )?to (die|kill (myself|yourself|oneself)
    + |end (it|my life)
    + |overdose|od|suicide)
    (no|see a|isnt a|isnt any|only one) way out$
    (giv(e|en|ing)|gave) up on (life|living|everything|myself|being alive)
    (texted|told|sent|wrote|said|left|sending) (me |us |my |a |everyone |his |her |their )*good ?byes?( \S+)?
    (hes|shes|he is|she is|im|i am|might|will|ill|theyre|he might|she might|going to) (about to |going to |might |to
    & )*do something
    & (bad|stupid|crazy|drastic|terrible|to (him|her|my)self)?( \S+)?$
    ^(he|she|they|my \S+) (just )?jumped$|jumped (off|from|in front|out)( of)? \S+( \S+)?
    (to )?(be with|join|go see|go be with) (my )?(\S+ )?(dead|late|deceased) \S+|(be with|join
    + |see) (my )?(\S+ ){1,3}in heaven
    (have|got|holding|found|grabbed) (a|the|my) (razor|blade|knife|box cutter)( \S+){0,6} (use it|myself|cut|on me)
    (razor|blade|knife|scissors) (to|on|in|at|against) my (\S+ )?(wrists?|throat|arms?|neck|skin|hand|chest|legs?)
    (end|ending|stop) (my|the|this|all this|all the|all my) (pain|suffering|misery|hurt|hurting)( \S+)? (forever
    + |for good|tonight|once and for all)
    kms|kys|ctb|unalive(d)?( myself| himself| herself)?
    (want|wants|wanted|wish|ready|going|rather|trying|like|hope|need|tried|deserve|deserves|prefer|love|about
    + |planning|plan|decided
    + |prepared|choose) (to|i could|i would|i can|id|i) (just |go |fucking |really )*(die|be dead|not (wake up|exist
    + |be here|be
    & alive)|never wake up|disappear|sleep forever|stop existing|cease to exist)
    (should|could|might|better|wanna|gotta|wana|ill|i will|let me|lets|might as well|may as well) (just |as well
    & )*(die|be dead|kill
    & me|end my life)
    (rather|want|better|should|wish i|wish|wishing) (be |was |were |am |i was |i were |to be )*dead
    wish i (was|were|am|had|wasnt|werent|could|would|never|hadnt|didnt) _ (dead|never born|born|not here|not alive
    + |die|died|alive
    + |here|exist|wake up|woken up|disappear|gone|woke up|sleep forever|been born|end it)
    (wish|hope|pray|praying|hoping|wishing) _ (dont|wont|never|didnt|not) (wake|waking|woke)( \S+){0,2}
    (dont|didnt|no longer|not|wont|never) (want|wanna|feel like|care|see myself|plan|going|wish|need|deserve) (to
    & |about |want to
    & )?(live|living|be alive|being alive|be here|being here|exist|existing|wake up|waking up|go on|going on
    + |keep living|keep going
    + |survive|see tomorrow|life|breathe)( anymore| much longer| tomorrow)?
    (want|wanted|going|ready|tempted) to (stop|quit|end|finish) (living|life|existing|everything|being|it here)
    (want|wanting|wish|need|trying) (it|this|everything|the pain|the hurting|my life|all of it|my suffering) (to |all
    & to |all )?(be )?(over
    + |end|stop for good|end forever)
    (cant|couldnt|can no longer|cannot|unable to) (do|take|handle|deal with|stand|bear|face) (this|it|life
    + |another day|living
    + |tomorrow|the pain|any of this|any)( (?!(class|job|schedule|diet|group|shift|commute|homework|medicine|course
    + |program|work|workout|time))\S+)? ?(anymore|any longer|no more|any more|another day|life|much longer)?$
    (cant|couldnt) (do|take|handle|bear|stand) (this|it|life|the pain) ((?!(class|job|schedule|diet|group|shift
    + |commute|homework|medicine|course|program|work|workout|time))\S+ )?(anymore|any longer|no more|any more
    + |much longer)
    (cant|couldnt|dont want to|no longer|can no longer|wont) (go on(?! (\S+day|the|a|my|vacation|with the))
    + |live like this|live anymore|do life|keep living
    + |keep going
    + |live|survive|carry on|fight anymore|keep fighting|hold on)( anymore| like this| much longer| without \S+)?
    (nobody|no one|noone) (would|will|ll|d|will even|would even) (even )?(miss me|care if i|notice if i|cry for me)
    (nobody|no one|noone) (cares?|gives a (shit|damn)) (if|whether) (i|im) (live|die|dead|alive|gone|here)
    (going|want|ready|about|wanna|gonna|will|ill) (to )?jump$|jump(ing)? (off|from|in front of|into|out)( of)? (a|the
    + |my|this|traffic
    + |of) ?(bridge|roof|building|train|window|balcony|cliff|car|bus|truck|traffic|tracks|river|ledge|overpass
    + |\S+ story)?
    (on|at) (the|a) (edge of (the|a) (bridge|roof|building|cliff)|ledge|bridge and|roof and|train tracks
    + |railroad tracks)
    (drive|driving|crash|crashing|wrap|run|running|steer|swerve) ((my|the|this|his) )?((car|truck|bike
    + |van) )?(in front of|into|off|around) ((a
    & |the |my |this |oncoming )*)(tree|pole|wall|river|lake|bridge|cliff|road|traffic|ditch|train|building)
    (feel|feeling|feels) like (dying|death|ending (it|my life|everything)|im dying)|danger to (myself|himself|herself
    + |themselves
    + |others|people)|not safe with (myself|himself|herself)
    (step|stepping|walk|walking|drive|driving|crash|crashing|run|running|ran) (out )?(in front of|into|off) (a |the
    & |my car )*(traffic
    + |train|bus|truck|tree|bridge|cliff|road|wall|car into|oncoming)
    end it( all| tonight| now| here| today| for good| forever)?
    (end|ending|take|taking|took|ended) (my|my own|his|her|his own|her own|their|their own|this miserable) li(fe|ves)
    suicid(e|al|ally)|sewer ?slide|sui ?caution
    (whats|what is|what s|see) the (point|use|purpose|reason) (of|in|to) (being alive|living|live|life|going on|go on
    + |trying|anything|it all
    + |even trying|being here)( anymore)?
    (no|any|not|without a|zero|one) (reason|point|will|purpose|use|motivation) (to|in|for|of) (live|living|life|go on
    + |going on|exist
    + |existing|keep going|wake up|stay|stay alive|being here|being alive|me to be here|me to live|anything anymore
    + |trying anymore)
    (no|any|is|whats the|what is the|there is no|theres no|not) (reason|point)( anymore| in anything| of anything
    + | of it all| to any of
    & this| of living| of being here| in living| of going on| to life| to this life| to it all)$
    nothing (left )?(to|worth) (live|living|life) ?(for)?|nothing left (for me|in me|here|to give)
    + |nothing (left )?to live
    good ?bye (forever|everyone|everybody|world|cruel world|all|my love|my friends)|(this is|my|one|last|final|saying
    + |say|said) (my )?(final
    & |last )?good ?byes?( \S+)?|(my|this is my) (last|final) (message|text|day|night|words|letter)( on earth)?
    (wont|not going to|will not|might not|may not) (be (here|around|alive)|see|wake up|make it|last|live) (tomorrow
    + |in the morning|to see
    + |through the night|tonight|much longer|another day|anymore|for long|next week)
    (wont|never|will never) (hear from|see) me (again|anymore|ever)
    (tell|let) (my )?(\S+ )?(kids|mom|family|wife|husband|children|daughter|son|mother|everyone
    + |them) (know )?(that )?(i |im )(love|loved
    + |sorry|am sorry)( \S+)?
    (take care of|look after) my (kids|children|son|daughter|dog|mom|family|baby) (when|if|after) im (gone|dead)
    + |when im (gone|dead)
    (better|best|happier|easier) ?(off)? (without me|dead|if i (was|were|am|wasnt|werent|died|die|just
    + |left)( \S+){0,3}|gone|with me
    & (gone|dead)|not here)|(without me|if i died|if i die|when i die|once im gone|if i (was|were) gone)$
    (tired|sick|done|exhausted|weary|fed up|finished|through|over) (of |with )?(of |with )?(living|life|being alive
    + |this life|existing
    + |my life|breathing|waking up)
    (hate|hating) (my life|being alive|living(?! (in|with|at|on|near|so|here|there|alone))|my existence
    + |myself so much|existing)
    (dont|cant|do not|couldnt|hardly|not) (see|have|find|know) (the|a|any|another|much|no|what|why) ?(\S+ )?(point
    + |reason|future|way
    & out|use|purpose)( (to|in|of|for|anymore)( (living|life|going on|anything|live|go on|me|keep going|it|myself
    + |being here|being alive
    + |this|anymore))?)?
    self ?(harm|injur|mutilat|delet)\S*
    life (is|isnt|has|hasnt|aint|feels) (not |no |so |just )?(worth|meaningless|pointless|over|point|worthless
    + |not worth)( (living|it))?
    life (has|have|holds) (no|lost) (its |all )?(meaning|purpose|point|value)|my life is (over|worthless|pointless
    + |meaningless|not worth)
    (dont|didnt|do not) deserve (to )?(live|be alive|life|to be here|to exist)
    (im|i am|am|just|feel like|being|such|am just|only|nothing but) (just |such |nothing but )*a (burden
    + |waste of space)
    (slit|slitting|cut|cutting|slice|slicing) (my|both|his|her) (wrists?|throat|arms?|veins?|legs?|thighs?)|(started
    + |been|began|back to
    + |want to|going to|keep|urge to|urges to|feel like) (cutting|cut|self harm\S*)( again| too)?$
    (noose|rope) (around|is|ready|tied|and)|(got|have|bought|tied|made|holding) (a|the|my) (noose|rope)
    (have|got|hold|holding|bought|loaded|loading|put|putting|found|took|grabbed) (a|the|my|his|dads|this|this loaded
    + |loaded) ?(dads
    + |husbands|loaded )?(gun|pistol|shotgun|rifle|revolver)|gun (to|in|at|against|is) (my|loaded|in)( \S+)?
    (blow|blowing|put a bullet (in|through)|bullet (in|through)) (my|out my) ?(brains?|head)( out)?
    (bleeding (out|everywhere|bad|badly|a lot)|wont stop bleeding|bleeding and|cant stop the bleeding)
    (have|made|got|wrote|writing|written|left|leaving) (a |the |my |out )*(plan to (die|kill|end|hurt)|suicide
    + |goodbye|final|last
    + |farewell) ?(note|letter|plan|letters|notes|will)?
    pills( \S+){0,5} (take|taking|swallow|swallowing) (them |em )?all|how (much|many)( \S+){0,5} (to|would|will|could
    + |can) kill (me|myself)
    (dont|do not|wont) (try to )?(save|stop|find) me$
    (bottle|pills|meds|tablets|tylenol|ibuprofen|excedrin|advil|xanax|acetaminophen|razor|blade|knife
    + |rope) _ (goodbye|im done|end it
    + |be over|over soon|ready|in my hand|in front of me|here|counted|lined up|staring at|tonight|sorry)
    (have|got|holding|counting|counted|saved|saving|hoarding|staring at|looking at|bought|enough|all this|all these
    + |with) (\S+ ){0,3}(pills
    + |ibuprofen|acetaminophen|excedrin|tylenol|tablets|xanax|sleeping pills)( here| left| with me)?$
    (im|i am|so|just|completely|really|am) (going to |about to )?(do it tonight|do something (stupid|to myself|bad
    + |i cant take back))
    (final|last|only) (way|option|exit|thing) (out|left) is (death|dying|to die)|death (is|would be|sounds|seems
    + |looks) (better|easier|the only
    + |peaceful|good|my)|only way out
    (thinking|think|thought|thoughts|thinkin|dreaming|fantasi[sz]ing|obsess\w*) (of|about) (dying|death|ending (it
    + |things|everything|my)
    + |killing|jumping|harming|hurting (me|myself)|not being here|how to die|how id die|doing it|driving off
    + |driving into|overdosing
    + |joining (her|him|them|my))
    (join|joining|be with|see) (my |him|her|them)?( ?\S+)? (in heaven|on the other side|in the afterlife|in death)
    (sleep|go to sleep|fall asleep|close my eyes) (and|to) (never|not) (wake|waking|open)( \S+){0,2}|sleep forever
    (let|leave) me (to )?(just )?die|^(please |just |someone |somebody |god |lord )*(kill|shoot) me( now| please
    + | already)*$|put me out of my misery
    pills pills|^pills$|(goodbye|bye|sorry|done|over|tired|end|enough|forgive me|cant|hate|alone) (\S+ ){0,3}pills
    + |pills (\S+ ){0,6}(goodbye
    + |bye|sorry|done|over|tired|end|enough|skull|coffin|sleep|crying)
    (cries|crying|sob|skull|coffin) (\S+ ){0,2}gunsign|gunsign (\S+ ){0,3}(me|my|myself|skull|head|crying|done
    + |goodbye)
"""

_VIOLENCE: Final = r"""
    (hit|hits|hitting|beat|beats|beating|choke|chokes|choked|choking|strangle\w*|hurting|raped|raping|rape|stabbed
    + |stabbing|stab
    + |attacked|attacking|abusing|abuses|abused|molested|molesting|punched|punching|punches|kicked|kicking|slapped
    + |slapping|slaps|hurts
    + |burned|threatened|threatening|threatens|assaulted|shoved|beat up|drugged) (me|her|him|us|them|on me
    + |(my|the|our|his|her) (kids?|son|daughter|child|children|baby|mom|mother|sister|brother|wife|dog|cat|grandson
    + |grandkids
    + |granddaughter|friend|girlfriend|boyfriend|neighbou?r|niece|nephew))
    (going to|will|trying to|threatened to|wants to|says hell|says he will|said hed|said he would|threatening to
    + |tried to|might|ill|hell
    + |gonna|about to|want to|wanted to|i could|plan to) (kill|hurt|shoot|stab|beat|strangle|burn|attack|murder) (me
    + |her|him|us|them|someone
    + |somebody|people|everyone|my|the|you) ?(kids?|wife|husband|mom|family|dad|boyfriend|girlfriend|ex|father|mother
    + |boss|baby|children
    + |neighbou?r|stepdad|house down)?
    (has|got|with|pulled|pointed|pointing|waving|brought|pulls) (a|the|his|her) (gun|knife|machete|bat|weapon)( \S+)?
    (im|i am|hes|shes|he is|she is|is|was|were|are) holding (a|the|his|her|my) (gun|pistol|knife|razor|blade|machete)
    blood (is |was )?(everywhere|all over( \S+){0,3}$)
    (scared|afraid|terrified|frightened|fear) of (my |her |his )?(husband|boyfriend|wife|girlfriend|dad|father
    + |stepdad|partner|ex|uncle
    + |brother|son|him|her|going home|what he|what shell|what hell)
    (he|hes|uncle|dad|stepdad|father|brother|cousin|teacher|coach|grandpa|stepfather|man|neighbou?r) (\S+ )?(touches
    + |touched|touching) (me
    + |her|my (son|daughter|kid|baby))
    (being|was|got|getting|been|is|were|am|im|are) (being )?(abused|beaten|beat up|raped|attacked|assaulted|molested
    + |trafficked|stalked
    + |strangled|held hostage|stabbed|shot|kidnapped)
    (child|kid|kids|baby|children|grandkids|toddler|infant|son|daughter) _ (in danger|not safe|unsafe|being hurt
    + |abused|neglected|left alone
    + |alone (with him|in the car)|bruises|being beaten|locked in|starving)
    (left|leaves|leaving) (the|my|her|his|our|a) (baby|kids?|toddler|infant|child|children) (alone|in the car
    + |by (itself|themselves))
    (i am|im|were|we are|are|dont feel|not feel|she isnt|she is|he isnt|kids are|shes|hes) (not safe|in danger|unsafe
    + |safe (here|at home
    + |with him|with her|in my))
    (hands?|arm|rope|belt|pillow) (was |were )?(around|on|over) (my|her|his) (neck|throat|mouth|face)
    (pushed|pushes|threw|throws|dragged|drags|slammed|slams|pinned|grabbed|grabs|shoved|shoves) (me|her|him|us) (down
    + |against|into
    + |across|by|to|on|around|out|and)
    against (my|her|his|our|their) will
    domestic (violence|abuse)|(abusive|violent) (husband|boyfriend|wife|girlfriend|partner|relationship|ex|dad|father
    + |home|stepdad)
    (wont|doesnt|not) let(ting)? (me|us|her) (leave|go|out)( \S+){0,2}$|holding (me|us|her) (hostage|against|captive)
    + |locked (me|us|her|the kids
    + |my kids) (in|up)|(hes|he is|ex is|husband is|boyfriend is) (outside|breaking|at my door|at the door) _ (house
    + |door|gun|knife|threatening
    + |window|scared|screaming|in)
    (help|hiding) _ (hes|he is|shes) (outside|here|coming|drunk and|going to)|hiding (from|in the) (him|her|closet
    + |bathroom|my)
    (he|she|they|husband|boyfriend|dad|son) (is |are |was )?(trying to|going to|will) (kill|hurt)( \S+)?
"""

_WITHDRAWAL: Final = r"""
    seizures?|seizing|convulsing|convulsions?|convulse\w*|delirium( tremens)?|d ?ts|dts|dt s
    (seeing|hearing|sees|hears|saw) (things|voices|bugs|spiders|shadows|people (who|that)|stuff (that|thats))( \S+)?
    bugs (crawling|all over|on (me|my|his|her))|crawling (on|under) (my|his|her) skin
    hallucinat(ing|ions?|es|ed|e)
    (chest (is |really |has )?(pain|pains|hurts|hurting|tight|tightness|pressure|aches?)|heart attack|having a stroke
    + |had a stroke|pain in (my|his|her)
    & chest)
    (vomiting|throwing up|puking|coughing up|spitting up|threw up|peeing|pooping|pissing) (up )?(a lot of )?(blood
    + |black stuff)
    (shaking|tremors?|trembling|sweating|shivering|confused) _ (seeing|hallucinat\w+|confused|fever|cant stop
    + |violently|uncontrollably
    + |uncontrollable|so bad i cant|blood|collapsed|hearing)|cant stop (shaking|throwing up|vomiting|puking|seizing)
    (severe|bad|violent|really bad|horrible|dying from|die from|dying of|going to die from
    + |kill me) (alcohol )?withdrawals?|withdrawals? (is|are|might
    + |will|going to) (killing|going to kill|kill) (me|him|her)
    having (\S+ )?fits|fits and (shaking|seizing)
    (doesnt|dont|does not) know (where (he|she|i) (is|am)|who (he|she|i) (is|am)|what (day|year))|delirious
"""

CRISIS: Final = (
    *rows("en", _OVERDOSE, "overdose"),
    *(row for row in CRISIS_ES if row.name == "overdose"),
    *rows("en", _SELF_HARM, "self_harm"),
    *(row for row in CRISIS_ES if row.name == "self_harm"),
    *rows("en", _VIOLENCE, "violence"),
    *(row for row in CRISIS_ES if row.name == "violence"),
    *rows("en", _WITHDRAWAL, "withdrawal"),
    *(row for row in CRISIS_ES if row.name == "withdrawal"),
)
