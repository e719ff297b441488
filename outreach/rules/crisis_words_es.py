"""The Spanish rows of crisis_words.py: danger to life.

Plain words: no accents, no capitals, ñ is n; both tú and usted, Mexican and Caribbean ways of saying it. How a row is
written says reply_rows.py; its class is its name. To deepen a table, add a row and its case in
tests/rules/test_replies_crisis.py.
"""

from __future__ import annotations

from typing import Final

from outreach.rules.reply_rows import rows

_SOBREDOSIS: Final = r"""
    sobre ?dosis|sobredosific\w+
    (no|ya no|casi no|apenas|apenas si) (esta |puede |puedo |pueden |esta pudiendo )?respir(a|ando|ar|o)|(dejo|deja
    + |paro) de respirar
    (le|me) (cuesta|falta) (mucho )?(respirar|el aire|aire)|se (esta )?(ahoga|ahogando|asfixia|asfixiando)
    + |respira (muy )?(poco|mal|lento|raro)
    no (se )?(despierta|reacciona|responde|mueve|levanta|despierto|desperto|abre los ojos|contesta ni se mueve)
    + |no (quiere |logro |puedo |podemos )+(que
    & )?(se )?(despertar|reaccionar|reaccione|despierte)(lo|la|le|los)?
    no (lo|la|le|los) (puedo|podemos|logro) despertar|no (puedo|logro|podemos) (despertar|hacer (que|reaccionar))(lo
    + |la|le|los)?
    (labios|cara|unas|dedos) (\S+ )?(azules|morad[oa]s|azulad[oa]s|morados|azul)
    (se puso|esta|se esta poniendo|esta todo|esta toda|quedo|ya esta|lo veo|la veo) (\S+ )?(azul|morad[oa]
    + |palid[oa] y|fri[oa] y|ties[oa]|helad[oa])
    (demasiadas|muchas|todas (las|mis|sus)|un monton de|un frasco de|el frasco de|un bote de|punado de|\d{2,}|veinte
    + |treinta|cuarenta|cincuenta)
    & (pastillas?|pildoras?|tylenol|tabletas?|ibuprofeno|aspirinas?|medicinas?)
    (me |se )?(tome|tomo|trague|trago|tomado|tragado) (todo |toda |todas |todo el |un |el |la )+(frasco|bote|caja
    + |pastillas|medicina|botella de pastillas)
    (se|me) (paso|pase|metio|meti|inyecto|inyecte|tomo|tome) (de |mucha |demasiad[oa]s? |muchas )+(droga|heroina
    + |fentanilo|dosis|cocaina|la dosis|cristal
    + |pastillas)?
    (tomo|uso|consumio|tome|use|consumi|fumo|inyecto) (demasiad[oa]|de mas)
    (necesito|necesita|necesitamos|traigan|dele|den|tienen|alguien tiene|ocupo|urge) _ (narcan|naloxona)( \S+)?
    + |(le di|le puse|le dimos|ya le di) _ (narcan
    + |naloxona)|(narcan|naloxona) (no funciona|ya|ahora|por favor|urgente)
    (nin[oa]s?|bebe|hij[oa]s?|niet[oa]s?) (\S+ ){0,2}(trago|comio|tomo|bebio|agarro) (\S+ ){0,2}(pastillas?
    + |medicinas?|metadona
    + |suboxone|cloro|pildoras?|droga)
    (creo que |ya )se (me |nos )?(murio|muere|ha muerto)( ya)?$|(esta|parece|creo que esta) muert[oa]$
    (tome|tomo|trague|trago|tomado|tragado) (todo|toda|todas|todos) ((su|sus|mi|mis|la|las|el|los) )?(medicinas?
    + |pastillas
    + |frasco|medicamentos?|tratamiento|pildoras|botella)
    inconsciente|sin (pulso|conocimiento|sentido)|no tiene pulso|no (le )?(encuentro|siento) (el )?pulso|se (desmayo
    + |desvanecio)|perdio el conocimiento|echa(ndo)?
    & espuma|espuma (en|por) la boca|convulsiono y no
    (se esta|me estoy|se nos esta|se me esta|esta|creo que se|estamos) muriendo|se (me |nos )?muere|se va a morir
    + |se (me|nos) va$
    (llamen?|llame|marquen?|marca|hablen?|necesito|necesitamos|manden?|mandame|pidan) (al |una |a una |la |a la
    & )*(911|ambulancia|emergencias)|^911$|^(es una )?emergencia
    & ?(\S+)?$|es una emergencia
    (lo|la) (encontre|encontramos|halle) (tirad[oa]|inconsciente|en el piso|en el bano|desmayad[oa]|fri[oa]|sin)
    + |tirad[oa] en el (piso|bano|suelo)
    (tome|tomo|trago|bebio|bebi) (cloro|veneno|lejia|raticida)|se envenen[oe]|me envenen[oe]
    dosis (letal|mortal)|cuantas (pastillas|pildoras) _
    """

_SUICIDIO: Final = r"""
    (me |ya |solo |nomas |nada mas )*(quiero|quisiera|deseo|desearia|prefiero|preferiria|necesito|ojala|ansio) (ya
    & |mejor |estar |me |que me )*(morir(me)?|muert[oa]|muriera|estuviera
    & muert[oa]|muera|muriese)
    querer morir(me)?|(ganas|deseos|pensando|pienso|piensa|pensamientos) (de|en) (morir(me|se)?|la muerte|matar(me
    + |se)|suicid\w+|quitar(me|se) la vida|no vivir|no estar)
    (me quiero|me quisiera|quiero|quisiera|voy a|me voy a|se quiere|quiere|se va a|pienso|debo|deberia|mejor me
    + |intente|intento|trato de|tratar de|piensa
    + |trato) (a |de )?matar(me|se)|me (voy a )?mato
    (me (quiero|quisiera|voy a|vengo a|tengo que|deberia)) matar|matarme|suicid\w*|me suicido|(se )?(quiere|va a
    + |amenaza con|intento|trata de|trato de) (matarse|suicidarse|quitarse la vida|hacerse dano|morirse|cortarse)
    (ya )?no (quiero|deseo|quisiera|puedo|tengo ganas de|vale la pena|merezco|tiene caso|tiene sentido) (ya |seguir
    & |mas )*(vivir|viviendo|estar viv[oa]|existir|despertar(me)?|estar aqui
    + |con (mi|esta|la) vida|la vida|seguir con vida|estar en este mundo|seguir viva?|respirar)( mas| asi)?
    (ya )?no (quiero|puedo|deseo) (seguir|continuar)( asi| adelante| viviendo| con mi vida| con la vida| luchando)?$
    (quitarme|quitarse|acabar con|terminar con|acabo con|termino con|me quito|me quite) (la|mi|su) (propia )?vida
    (acabar|terminar|acabo|termino) (con|de una vez (con)?|ya con) (todo|esto|mi sufrimiento)( \S+)?|(quiero|ojala
    + |necesito) que (todo|esto|ya|el dolor) (\S+ )?(termine|acabe|se acabe)
    no (tengo|hay|encuentro|veo|le veo) (\S+ ){0,3}(por que|para que|razon|razones|motivo|motivos|sentido|caso
    + |ganas) (para|de|a|a la|por|en)? ?(vivir|seguir|la vida|esto|que)( \S+)?
    (la|mi|esta) vida (ya )?(no (tiene|vale|sirve)|es una (mierda|carga))( \S+){0,3}|nada (tiene|vale) (sentido
    + |la pena)|(ya )?no le (veo|encuentro) sentido( \S+){0,3}
    (estarian|estaran|estan|estaria|estara|esta|seria|mejor|mejores|viven|vivirian) (mucho )?(mejor(es)? )?sin mi
    + |nadie me (extranaria|va a extranar|extranara|echaria de menos)|a nadie le
    & (importo|importa si (vivo|muero))|soy una (carga|molestia) para|soy (solo |nomas )?una carga
    (hacerme|me hago|me voy a hacer|hacerse|me hice|haciendome|me quiero hacer) (algo|dano)
    (me |quiero |voy a |estoy |se |esta |volvi a |ganas de |me estoy )*(cortar(me|se)|cortandome|cortandose
    + |lastimarme|lastimandome|ahorcarme|ahorcarse|colgarme|colgarse|dispararme|aventarme|tirarme|lanzarme
    + |quemarme|envenenarme|ahogarme|hacerme dano|arrojarme|pegarme un tiro)( \S+){0,3}
    me (corte|corto|estoy cortando) (las venas|los brazos|las munecas|la muneca|los|el brazo)?$|(las venas
    + |las munecas)
    ^988$|(me (quiero|voy a|estoy|dan ganas de|queria|intento|trato de)|se (quiere|va a|esta|queria|intento|trata de
    + |trato de)) (cortar|cortando|colgar|ahorcar|tirar (de|del|al|desde)|aventar|lanzar|lastimar|lastimando|disparar
    + |envenenar|ahogar|matar|suicidar|quitar
    & la vida)( \S+){0,3}
    ^estoy (en|parad[oa] en|arriba de|en la orilla del?) (el |la |un |las )?(puente|techo|azotea|balcon|vias|edificio
    + |orilla)$
    me siento morir|siento que me muero|se (corta|esta cortando|esta haciendo dano|hace dano)( (los|las|en los
    + |en las) \S+)?$
    se (quiere|va a|queria|desea) morir|se (colgo|ahorco|disparo|suicido|corto las venas|avento de|tiro de)( \S+){0,3}
    adios (para siempre|mundo|a todos|mundo cruel|vida)|(esta es|es) mi (despedida|ultima noche|ultimo dia
    + |ultimo mensaje)|me despido (de todos|para siempre|de este mundo)|carta de despedida
    (ya )?no (puedo|aguanto|soporto|resisto) mas( asi| esto| la vida| con esto| con la vida| vivir| este dolor
    + | el dolor)?$|no (puedo|aguanto|soporto) (mas )?(vivir|la vida|esta vida|este
    & dolor)|ya no (aguanto|soporto|lo soporto|la aguanto)( \S+){0,2}|no puedo seguir( asi| viviendo| adelante| mas)?$
    (cansad[oa]|hart[oa]) de (vivir|la vida|esta vida|mi vida|existir|estar viv[oa])|odio (mi vida|vivir|la vida
    + |existir)
    (quiero|quisiera|ganas de) (desaparecer|dormir (y|para) (no|nunca|siempre)|dormirme y no|irme de este mundo
    + |dejar de (vivir|existir|sufrir)|irme con (mi|el|ella|dios)|no despertar)( \S+){0,3}
    (desearia|ojala|quisiera) (no |nunca )?(haber|hubiera|estar|existir|despertar)( \S+){0,2} ?(nacido|aqui|viv[oa]
    + |muert[oa])?
    (cuida|cuiden|cuide) (a|de) mis? (hijos?|hijas?|ninos|familia|mama|madre|bebe)( \S+){0,4}$|cuando (ya no este
    + |yo falte|me muera|me haya ido|ya no exista)
    (tengo|compre|agarre|cargue|consegui) (una|la|el|las|mi) (pistola|arma|soga|cuerda|navaja|pastillas listas)
    + |(tengo|junte|guarde) (las|todas las|muchas|estas) pastillas( \S+){0,3}
    (me |se )(avento|aviento|tiro|lanzo|lanzarme) (de|del|desde|al|a) (un |el |la )?(puente|edificio|tren|techo
    + |balcon|carro|metro|vias)|saltar (de|del|desde) (un|el|la)? ?\S+
    mejor (muert[oa]|me muero|me mato)|merezco morir|no merezco (vivir|la vida)|la muerte (es|seria) (mejor|la unica
    + |un descanso)|unica (salida|solucion) es
    mat[ae]me|quiero que me maten|dejenme morir|dejame morir
    """

_VIOLENCIA: Final = r"""
    (me|la|lo|nos|le|les) (pega|pegan|pego|pegaba|golpea|golpean|golpeo|esta (pegando|golpeando|lastimando|ahorcando
    + |siguiendo)|estan (pegando|golpeando)|violo|violaron|viola|ahorco|ahorca
    + |quiere matar|va a matar|quieren matar|van a matar|amenazo|amenaza|amenazan|acuchillo|disparo|lastima|lastimo
    + |maltrata|abusa|abuso|tiene secuestrad[oa]|encerro|tiene encerrad[oa]|toca|tocaba
    + |toco|secuestro|empujo|pateo|apunto)
    (pega|golpea|maltrata|abusa|lastima|pego|abuso|abusan|violo) (a|de) (mi|mis|su|sus|la|el|los) ?(hij[oa]s?
    + |nin[oa]s?|esposa|mama|hermana|madre|bebe|niet[oa]s?|mi)?
    (tiene|trae|saco|agarro|con) (una?|la|el|su) (pistola|arma|cuchillo|navaja|machete)
    (pegando|golpeando|lastimando|abusando|maltratando|tocando) (a|de) (mi|mis|una?|la|el|su|los|nuestr[oa]s?) \S+
    (me|la|lo|nos) (quiere|va a|quieren|van a) (pegar|golpear|lastimar|violar|ahorcar|hacer dano|quemar)
    violencia (domestica|familiar|intrafamiliar)|(estoy|estamos|esta|estan) en peligro|no (estoy|estamos
    + |esta) (segur[oa]s?|a salvo)|corre peligro|corremos peligro
    (tengo|tenemos|tiene) (mucho )?miedo (de|a|al|del) (mi |su )?(esposo|marido|novio|pareja|papa|padre|padrastro|el
    + |ella|ex|hijo|que me (mate|pegue|haga))( \S+){0,2}
    (fui|fue|estoy siendo|esta siendo) (violad[oa]|golpead[oa]|abusad[oa]|atacad[oa])|me (atacaron|asaltaron|violaron
    + |golpearon)
    (dejo|dejaron) (al|a los|a la|solo al|sola a la) (bebe|ninos?|nina) (sol[oa]s?|en el (carro|coche))|(ninos?|hijos
    + |bebe|nina) (estan |esta )?(en peligro|sol[oa]s? en)
    (lo|la|los|te) voy a matar|quiero matar(lo|la|los|a alguien)|(va|voy) a (matar|lastimar) a( \S+)?
    """

_ABSTINENCIA: Final = r"""
    convulsion(es|a|o|ando)?|convulsiona\w*|alucina(ndo|ciones|cion)?|delira(ndo)?|delirium|(esta |estoy )?(viendo|ve
    + |oyendo|oye|escuchando|veo|escucho|escucha) (cosas|voces|bichos|sombras|insectos|animales)( \S+){0,2}
    (dolor|presion|punzada) (de|en el|en) (el )?pecho|me duele (mucho )?el pecho|le duele (mucho )?el pecho
    + |le dio un (ataque|infarto|derrame)|me dio un (ataque|infarto)|infarto|le estan dando ataques
    (vomita|vomitando|vomito|escupe|tosiendo|orina|vomite) (con )?sangre
    (tiembla|temblando|temblores) (\S+ ){0,3}(viendo|ve|confundid[oa]|fiebre|no (puede|para|puedo)|sin control
    + |sangre)|no (para|deja|paro|dejo) de (temblar|vomitar|convulsionar)
    no sabe (donde esta|quien es|que dia es)
    """

CRISIS_ES: Final = (
    *rows("es", _SOBREDOSIS, "overdose"),
    *rows("es", _SUICIDIO, "self_harm"),
    *rows("es", _VIOLENCIA, "violence"),
    *rows("es", _ABSTINENCIA, "withdrawal"),
)
