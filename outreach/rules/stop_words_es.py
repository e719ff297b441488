"""The Spanish rows of stop_words.py: what ends the texts, and what only looks like it.

Plain words: no accents, no capitals, ñ is n; tú and usted. To deepen a table, add a row and its case in
tests/rules/test_replies_stop.py.
"""

from __future__ import annotations

from typing import Final

from outreach.rules.reply_rows import Language, listed, rows

STOP_EXACT_ES: Final[dict[str, Language]] = dict.fromkeys(
    listed(
        """
            alto | para | parar | pare | paren | para ya | paren ya | pare ya | detener | detengan | detenganse |
            baja | de baja | cancelar | cancela | cancele | cancelen | no mas | ya no mas | no mas mensajes |
            no mas textos | basta | ya basta | salir | eliminar | quitar | quitenme | quiteme | borrame | borreme |
            borrenme | saquenme | eliminenme | eliminame | elimineme | elimine | fuera | equivocado | equivocada |
            quitame | sacame | saqueme | parale | parenle | ya parale | ya parenle | ya paren | ya para | ya pare |
            fin | terminar | terminen | termine | finalizar | suficiente | ya estuvo | darme de baja | darse de baja |
            dar de baja | dame de baja | denme de baja | deme de baja | cancelar todo | cancelar suscripcion |
            cancelar mensajes | cancelar textos | desuscribir | desuscribirme | desuscribirse | desinscribir |
            desinscribirme | anular | no molestar | no molesten | no moleste | no contactar | no mandar | no manden |
            no mande | no mandes | no enviar | no envien | no escribir | no escriban | ya no manden | ya no envien |
            ya no escriban | stop ya | stop por favor | alto ya | alto mensajes | parar mensajes | parar ya |
            parar todo | basta con esto | basta de mensajes | basta de textos | no mas mensajes | no mas por favor |
            ya no mensajes | no quiero mensajes | no quiero textos | dejenme | dejeme | dejame | dejen de escribir |
            dejen de mandar | deje de escribir | deje de mandar | dejen de molestar | deje de molestar |
            deja de molestar | deja de escribir | deja de mandar | cancelado | bloquear | eliminar numero |
            eliminar mi numero | borrar | borrar mi numero | quitar mi numero | me doy de baja | quiero la baja |
            remover | remuevanme | renuncio | ya no quiero | ya no deseo | retirarme | salirme | quiero salir |
            quiero salirme | no quiero nada | apagar | desactivar | desactivenme | desactivar mensajes |
            ya no mas mensajes
            """
    ),
    "es",
)

STOP_PHRASES_ES: Final = (
    *rows(
        "es",
        r"""
        (no|nunca) (me |nos )?(mande|mandes|manden|envie|envies|envien|escriba|escribas|escriban|textee|textees
        + |texteen
        + |contacte|contactes|contacten|moleste|molestes|molesten)( mas| nada)?
        (no|nunca) (me |nos )?(vuelva|vuelvan|siga|sigan)( a)? (mand|envi|escrib|molest|text|contact)\S+( mas| nada)?
        (deje|dejen|deja|dejar|paren|pare|para|parar|basta) de (mandar|enviar|escribir|molestar|textear|contactar
        + |recibir
        + |mandarme|enviarme|escribirme|molestarme|textearme|contactarme|mandando|recibirlos)
        (ya )?no (quiero|deseo|necesito) (seguir )?(recibir|recibiendo)( nada| mas| estos| sus| los| textos
        + | mensajes)*
        (ya )?no (quiero|deseo|necesito) ((mas|estos|esos|sus|los|tantos|de) )*(mensajes?|textos?)
        (ya )?no (quiero|deseo) que me (manden|envien|escriban|contacten|molesten|sigan)
        (darme|dame|deme|denme|dar|dan|den|quiero la) (de )?baja
        (quitenme|quiteme|quitame|saquenme|saqueme|sacame|borrenme|borreme|borrame|eliminenme|elimineme) (de|del)
        (borren|borre|eliminen|elimine|quiten|quite) mi (numero|nombre|telefono)
        numero equivocado|se equivoco de numero|persona equivocada
        (dejenme|dejeme|dejame|dejen de) (en paz|tranquil[oa]|sol[oa])
        (cancelar|parar|paren|pare|detener|detengan) ((los|estos|sus|mis|esos) )?(mensajes|textos)
        cancel(ar|en|e|a|o) (\S+ )?(mi|la|esta|mis|los|estos|sus|el) (suscripcion|inscripcion|cuenta|envio|numero|mensajes
        + |textos
        + |servicio|registro|membresia|programa|alertas)
        (no|nunca|jamas|ya no|tampoco) (me|nos|le|les|que me|que nos|quiero que( me)?|quiero que nos
        + |deseo que( me)?) (mand|envi|escrib|text|contact|molest|llam|habl|sig)\S+( \S+){0,5}$
        (no|nunca|jamas|ya no) (mand|envi|escrib|texte|contact|molest)(e|es|en|an|as|a|ar)(me|nos)?( \S+){0,3}$
        (deje|dejen|deja|dejar|paren|pare|para|parar|basta|alto|parenle|parale|detengan|detenga) (ya )?(de|con
        + |a) (\S+ )?(mand|envi|escrib|molest|text|contact|recib|mensaj|acos|los mensajes|sus mensajes
        + |tantos mensajes|estos|los|sus)\S*( \S+){0,4}
        (ya )?no (quiero|deseo|necesito|me interesa|quisiera|me gusta|autorizo|acepto|doy permiso) (mas |seguir |ya
        & |que me |que |continuar )*(recib|mensaj|texto|sms|notific|aviso|sus|estos|esos|contact|mand|envi|escrib
        + |text)\S*( \S+){0,6}$
        (ya )?no (quiero|deseo) (saber nada|nada)( (de|con) (ustedes|esto|usted|sus \S+))?$
        + |(ya )?no quiero (ser (parte|molestad\S+|contactad\S+)|estar en (la|su|esta) lista|participar
        + |seguir en (la lista|esto|el programa))
        (desuscrib|desinscrib|desafili|des suscrib|deme de baja|dar\S* de baja|den\S* de baja|me den de baja
        + |darnos de baja|dense de baja)\S*
        (saquen|saque|saca|quiten|quite|quita|borren|borre|borra|eliminen|elimine|elimina|remuevan|retiren)(me
        + |nos)?( (de|del|mi|mis|este|nuestro|la|su|esta) \S+( \S+){0,3})?$
        (pueden|puede|podrian|podria|favor de|me|quiero) (\S+ )?(quitar|sacar|borrar|eliminar|remover)(me|nos)? (de
        + |mi)( \S+){0,3}$
        (este|ese|el) (numero|telefono|celular) (ya )?no (es|le pertenece|pertenece)( \S+){0,4}$
        (solicito|quiero|pido|tramitar|tramiten) (la|mi) baja
        (elimin|borr|quit|sac|remov|retir)(ar|en|e|a|an) (este|mi|el) (numero|telefono|celular)( \S+){0,5}$
        ya no (es necesario|hace falta) (que )?(me )?(escrib|mand|envi|text)\S+
        numero (equivocado|incorrecto|erroneo)|telefono equivocado|esta(n)? equivocad[oa]s?( de (numero|persona))?
        + |se equivoc\S+( de (numero|persona))?$|no es el numero|persona incorrecta|numero mal
        (dejen|deje|deja|dejar)(me|nos)? (ya )?(en paz|tranquil[oa]s?|sol[oa]s?)|(dejen|deje|deja|dejar) de (fastidi
        + |ching|jod|freg|dar lata|acos)\S*|no (me |nos )?(fastidi|chingu|jod
        + |acos)\S+( mas| ya)?
        (quiero|quisiera|deseo|necesito|como|solicito|pido|favor de|pueden|puede|podrian) (\S+ ){0,2}(cancelar|parar
        + |detener|dejar) ((los|estos|sus|la|mi|mis|el|esta|este|de|recibir) )*(mensajes|textos|suscripcion|servicio
        + |lista|notificaciones|recibir(los)?|recibir \S+)
        (quiero|quisiera|deseo|necesito|como|solicito|pido|favor de|pueden|puede|podrian) (\S+ ){0,2}(darme de baja
        + |salir(me)? de (la|esta|su|esto)( \S+)?|desuscribirme|que (me )?(quiten|borren|saquen|eliminen|den de baja
        + |dejen de|paren|no me)( \S+){0,4})$
        """,
    ),
    *rows(
        "es",
        r"""
        no me interesa$
        no (muchas )?gracias
        no soy esa persona
        (este|esta|ese|ya) no es (su|mi|el) (numero|telefono)
        callense
        larguense
        (ya )?no quiero mas$
        (ya )?no (me|nos|estoy|estamos) interes\S+( \S+){0,4}$
        (yo )?nunca (me |les |di |pedi |firme |autorice )+\S*( \S+){0,4}$|(yo )?no (me (inscribi|registre|suscribi)
        + |pedi (esto|estos|recibir|nada)|autorice|di (mi )?(permiso|consentimiento))( \S+){0,4}
        (ya )?no (es|tiene|usa|vive|soy|pertenece) (\S+ )?(este|ese|el|aqui|su|mi|la|a) (numero|telefono|celular
        + |persona)( \S+){0,3}|ya no (vive|trabaja|esta) aqui|este numero (ya )?no es|(este|mi) (es un )?(numero
        + |telefono) (nuevo|es nuevo)|aqui no (vive|hay|esta) (\S+ ){0,3}\S+$|no conozco a \S+
        (los|te|las|lo) (voy a|vamos a) (reportar|demandar|bloquear|denunciar)|mi abogad[oa]|(esto )?es (acoso|spam
        + |ilegal|una estafa|molesto)|acoso|los (reporto|bloqueo|demando|denuncio)|demanda (legal)?$|(voy a
        + |ya) (bloque|report|demand|denunci)\S+( \S+){0,4}$
        demasiados (mensajes|textos)|muchos mensajes|tantos mensajes$|me tienen (hart[oa]|cansad[oa])( con \S+ \S+)?
        + |(estoy )?hart[oa] de (\S+ )?(mensajes|textos|ustedes)|que (molestos|fastidio|molestia)
        (vayanse|vayase|vete|larguese|largate|callese|callate|chinguen|jodanse|vete a|vayan)( \S+){0,4}$
        (por que|porque) (me )?(siguen|sigue|continuan) (mand|envi|escrib|molest|text)\S+( \S+){0,4}$
        + |siguen (mandando|enviando|llegando|escribiendo)( \S+){0,4}$
        (les|le|ya) (dije|pedi|he dicho|he pedido) (\S+ )?(que )?(alto|stop|no|pararan|paren|dejaran|dejen|basta
        + |cancelar\S*|ya)( \S+){0,6}$
        """,
        doubt=True,
    ),
)

NOT_STOP_ES: Final = (
    *rows(
        "es",
        r"""
        no (paren|pare|pares|dejes|dejen|deje|detengan) (de )?(\S+)?
        no (puedo|puede|pude|podemos|logro) (parar|dejar|detener)( de)?( \S+)?
        (quiero|quiere|necesito|intento|trato de|como|ayuda para|ayudame a) (dejar|dejo|parar|paro) ((de|la|el
        + |las) )?(tomar
        + |beber|fumar|consumir|drogarme|usar|heroina|drogas?|alcohol|cocaina|pastillas|bebida|droga)
        cancelar (mi|la|una|su) (cita|consulta|visita|sesion|clase|reunion)
        """,
    ),
)
