"""Spanish imperatives, usted and ustedes and tú, made from infinitives: regular by rule, the rest written out."""

from __future__ import annotations

import re
import unicodedata

from outreach.rules.patterns import word_set

_INFINITIVES = word_set(
    """
    abrazar abrir aceptar acercar acompañar aconsejar acordar actuar acudir admitir agradecer aguantar ahorrar alejar aliviar
    animar anotar apagar apartar aplicar apoyar aprender aprovechar apuntar arreglar asegurar asistir avisar ayudar
    bailar bajar
    beber borrar buscar calmar cambiar caminar cancelar cantar celebrar cenar cocinar coger comer compartir comparar comprar
    comprobar comunicar conectar conservar consultar contactar contestar controlar conversar cortar crear cubrir
    cuidar cumplir
    dejar desayunar descansar desconectar describir desechar detectar dibujar disfrutar dividir doblar ducharse
    elaborar eliminar
    enseñar ensayar entregar enviar escoger escribir escuchar esperar establecer estirar estudiar evitar explicar expresar
    felicitar fijar firmar formar ganar gastar guardar hablar hidratar identificar imaginar incluir informar iniciar insistir
    intentar invitar invertir juntar lavar leer levantar limitar limpiar llamar llegar llenar llevar llorar mandar
    manejar marcar
    masticar meditar mejorar meter mirar mojar observar ofrecer olvidar ordenar organizar pagar participar pasar
    pasear perdonar
    permitir permanecer planear planificar platicar posponer practicar preguntar preocupar preparar presentar prestar procurar
    programar prometer proteger quedar quemar quitar reconocer recibir recordar recurrir reducir regresar reír
    relajar repartir
    repasar reservar respetar respirar responder retirar reunir revisar rodear romper saludar separar socializar
    solicitar sonreír
    sumar tapar terminar tirar tocar tomar trabajar tratar usar utilizar valorar vencer vigilar visitar vivir
    """
)
_IRREGULAR = word_set(
    """
    acueste acuerde acuerden almuerce apriete cierre comience comiencen comprenda conduzca consiga consigan convierta
    cuelgue cuente cuenten dé
    dedique den despierte despida detenga di diga digan disponga divierta duerma duerman elija elijan empiece
    empiecen encienda encuentre entienda
    espolvoree esté estén exija friegue haga hagan haz ingiera jueguen juegue mantén mantenga mantengan mida mueva
    muestre nombre obtenga oiga
    oponga pida pidan piense piensen pierda pon ponga pongan prefiera pruebe prueben proponga proporcione quepa
    quiera recuerde recuerden repita
    requiera sal salga salgan sea sean sepa siembre siente siga sigan sirva siéntese sostenga sugiera suelte tenga
    tengan ten traiga
    ve vaya vayan venga ven vista vuelva vuelvan duerme empieza encuentra pide piensa prueba recuerda sigue vuelve
    elige cuenta cierra enciende
    """
)
_CLITICS = re.compile(r"(?<=\w{2})(?:me|te|se|nos)?(?:lo|la|los|las|le|les)?$")


def _plain(word: str) -> str:
    """Without accents, but ñ stays: the accent of "levántese" comes and goes with the pronoun behind it."""
    kept = word.replace("ñ", "\0")
    bare = "".join(c for c in unicodedata.normalize("NFD", kept) if not unicodedata.combining(c))
    return bare.replace("\0", "ñ")


def _forms(infinitive: str) -> list[str]:
    stem, ending = infinitive.removesuffix("se")[:-2], infinitive.removesuffix("se")[-2:]
    if ending == "ar":
        soft = re.sub(r"g$", "gu", re.sub(r"c$", "qu", re.sub(r"z$", "c", stem)))
        return [soft + "e", soft + "en", stem + "a"]
    hard = re.sub(r"(?<=[aeoiu])c$", "zc", re.sub(r"g$", "j", re.sub(r"(?<=n)c$", "z", stem)))
    hard = re.sub(r"u$", "uy", hard)
    return [hard + "a", hard + "an", stem + "e"]


_IMPERATIVES = frozenset(
    _plain(form) for words in (sorted(_IRREGULAR), *(_forms(v) for v in sorted(_INFINITIVES))) for form in words
)


def is_imperative(word: str) -> bool:
    """Is the word an imperative, with or without a pronoun at its end ("llame", "levántese", "dígale")?"""
    low = _plain(word.lower())
    return low in _IMPERATIVES or any(
        low[: m.start()] in _IMPERATIVES for m in _CLITICS.finditer(low) if m.start() < len(low)
    )


def has_pronoun_behind(word: str) -> bool:
    """Does the word end in a pronoun that needs something to stand for ("escríbalo", "ciérrelas", "hacerlo")?"""
    low = word.lower()
    if re.search(r"(?:ar|er|ir)l[oa]s?$", _plain(low)):
        return True
    found = re.match(r"(?P<verb>\w{2,}?)(?:me|te|se|nos)?(?:l[oa]s?)$", low)
    return found is not None and bool(re.search(r"[áéíó]", low)) and _plain(found.group("verb")) in _IMPERATIVES
