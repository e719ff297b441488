"""What is no crisis but waits for a person the same day (protocols.md 6.3, class E): a return to use, a craving, no bed tonight.

Plain words, as in crisis_words.py, in English and Spanish. To deepen the table, add a row and its case in
tests/rules/test_replies_crisis.py.
"""

from __future__ import annotations

from typing import Final

from outreach.rules.reply_rows import rows

URGENT: Final = (
    *rows(
        "en",
        r"""
        relaps(e|ed|es|ing)|back on (drugs|heroin|fentanyl|meth|pills|the needle|dope|it|crack|coke|the bottle)
        (used|using|drank|drinking|smoked|drunk|high|shot up|got high|picked up|fell off|slipped|snorted|drinks
        + |uses) (again|last night
        + |today|this morning|yesterday|tonight|this weekend|after)|slipped( up)?|fell off the wagon|had a (slip
        + |drink|setback)|messed up (and
        & )?(used|drank|again)|lost my (sobriety|clean time|sober date)|not sober|off the wagon|lapsed
        cravings?|craving|urges?|triggered|white knuckling|jonesing|fiending|itching to (use|drink)
        (need|needs|want|wants|looking for|find|get|getting|go to|into|check (in|into)|where|how|help with) _ (detox
        + |a bed|treatment|rehab|inpatient
        + |sober living|a facility|a program|residential|suboxone|methadone|a sponsor)( \S+)?
        detox|(dope ?sick|withdrawals?|in withdrawal|detoxing|withdrawing|sick from withdrawal)
        (about to|going to|want to|wants to|wanna|tempted to|might|close to|thinking about|thinking of|feel like
        + |urge to|need to)
        & (use|using|drink|drinking|get high|getting high|shoot up|score|scoring|pick up|relapse|relapsing
        + |get drunk)( again| tonight| so bad)?$
        (kicked me out|nowhere to (go|sleep|live)|homeless|sleeping in my car|on the street|evicted
        + |out of (my )?(meds|suboxone|methadone
        + |medication))
        make it stop|i give up|hopeless|helpless|so alone|cant cope|breaking down|falling apart|losing it
        + |panic attacks?|having a breakdown|so
        & depressed|very depressed|desperate|want to give up|giving up|cant sleep for days|so scared|(feel
        + |feeling) (so )?(numb|empty|worthless)
        (just|i|he|she|son|daughter|husband) (took|shot|snorted|smoked|used|did|bought|scored|has|found) _ (fent
        + |fentanyl|fetty|heroin|dope|meth|tranq
        + |xylazine|crack|coke|cocaine|percs?|oxys?|xanax)
        pills|(\d+ ?)?mgs?|milligrams|ibuprofen|acetaminophen|excedrin|tylenol|narcan|naloxone
        (need|needs|please|can|could|want|urgent) (\S+ )?(help|someone|somebody) (with|to (stop|quit|talk)|now
        + |tonight|today|right now|asap|quitting
        + |stopping|getting|urgently|bad|badly|please)|urgent(ly)?|asap
        (in|at) (the )?(er|emergency room|hospital|icu|jail)|(hospital|er|jail) (tonight|now|last night|today)|(got
        + |was|been|is) (arrested|hospitalized)
        (son|daughter|husband|wife|brother|sister|mom|dad|kid|friend|he|she) (is |has |been |went |ran |has been
        & )*(missing|disappeared|ran away|gone
        & missing)
        (drinking|using) (again|every day|all day|heavily|so much|nonstop|too much)
        """,
    ),
    *rows(
        "es",
        r"""
    reca(i|e|yo|ida|idas|er|igo|iste|yendo)|(use|consumi|tome|bebi|fume|uso|consumio|tomo|drogue|inyecte|me drogue
    + |me emborrache|bebio|esta tomando|esta usando|esta consumiendo) (otra vez|de
    & nuevo|anoche|ayer|hoy|otra ves|drogas?)|volv(i|io) a (usar|consumir|tomar|beber|drogar\w+|caer|fumar|las drogas
    + |lo mismo|recaer|inyectar\w+)
    (necesito|necesita|necesitamos|quiero|quiere|busco|ocupo|donde hay|urge) (\S+ ){0,3}(desintoxicacion
    + |desintoxicar\w+|tratamiento|internarme|internarlo|internarla|internar|rehabilitacion|cama|clinica|un
    & centro|anexo|rehab|metadona|suboxone)( \S+){0,2}
    desintoxicacion|(sindrome de )?abstinencia|(la )?malilla|ansias( de)?|antojo de (usar|tomar|droga)|tentad[oa]s? a
    + |tentacion|ganas de (usar|consumir|tomar|beber|drogarme|fumar|inyectarme)|a punto de (usar|tomar
    + |consumir|recaer|beber)|quiero (drogarme|consumir|usar|tomar alcohol|emborracharme)
    pastillas|pildoras|miligramos|naloxona|ibuprofeno
    (me|nos) (corrieron|echaron|sacaron) de (la )?casa|no tengo (donde|adonde) (dormir|ir|vivir|quedarme)|sin casa
    + |en la calle
    urgente|urgencia|necesito (hablar con alguien|ayuda (ya|urgente|ahora|hoy|para dejar|con))|desesperad[oa]
    + |sin esperanza|me (siento|siente) (muy |tan )?(sol[oa]|triste|vaci[oa]|deprimid[oa]|perdid[oa])|deprimid[oa]
    + |ataque
    & de (panico|ansiedad)|me rindo
    (en|al|a la) (el |la )?(hospital|carcel|emergencias|urgencias|sala de emergencias)|(lo|la) (arrestaron|internaron
    + |hospitalizaron)|(esta|anda) (desaparecid[oa]|perdid[oa])|no (aparece|regresa) (desde|hace)
    """,
    ),
)
