"""The words of the public pages, in English and Spanish. What a person agrees to is stored as it stands here.

The pages say nothing of what the messages are about: a link may be opened on a shared screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language's words. `box_email` and `box_sms` take a topic's label; `until` takes a date."""

    language: str
    other: str
    other_name: str
    leave_title: str
    leave_ask: str
    leave_button: str
    leave_hint: str
    done_title: str
    done_say: str
    done_small: str
    undo: str
    undone_title: str
    undone_say: str
    not_undone_title: str
    not_undone_say: str
    wait_title: str
    wait_say: str
    again: str
    settings_title: str
    settings_say: str
    emails: str
    texts: str
    box_email: str
    box_sms: str
    closed_stopped: str
    closed_unreachable: str
    discreet: str
    discreet_hint: str
    language_label: str
    save: str
    saved: str
    pause_title: str
    pause_say: str
    pause_button: str
    paused: str
    end_pause: str
    everything_title: str
    everything_say: str
    everything_button: str
    left_title: str
    left_say: str
    nothing_here: str
    broken_title: str
    broken_say: str
    links_title: str
    links_say: str
    contact: str
    crisis: str


_ENGLISH: Final = Words(
    language="en",
    other="es",
    other_name="Español",
    leave_title="Stop all emails?",
    leave_ask="Press the button and we stop writing emails to the address this link was sent to.",
    leave_button="Stop all emails",
    leave_hint="Texts are separate: answer STOP to any of them.",
    done_title="Done. The emails have ended.",
    done_say="From this moment no email is sent to the address this link was sent to.",
    done_small="A link that lost a piece on the way changes nothing. If an email still comes, please tell us.",
    undo="Undo: keep the emails",
    undone_title="Undone. You stay with us.",
    undone_say="Emails may come again. A series that was running does not start again by itself.",
    not_undone_title="This could not be undone here.",
    not_undone_say="The page was open for too long, or the address cannot be reached. Please ask us, we will set it right.",
    wait_title="Almost. Please press once more.",
    wait_say="We have your request and nothing new will start. We cannot say yet that it is done: an email may be on its "
    "way at this very moment.",
    again="Try again",
    settings_title="What you get from us",
    settings_say="Tick what you would like to get. Nothing changes before you press “Save”.",
    emails="Emails",
    texts="Texts",
    box_email="Send me emails: {topic}",
    box_sms="Send me texts: {topic}. Msg&data rates may apply. Reply STOP to end, HELP for help.",
    closed_stopped="You ended the texts with STOP. To get them again, text START to the number they came from.",
    closed_unreachable="We cannot reach you here at the moment. Please ask us, we will set it right.",
    discreet="Be discreet",
    discreet_hint="Neutral subjects and sender, so that a glance at your screen tells nothing.",
    language_label="Language",
    save="Save",
    saved="Saved. It holds from this moment.",
    pause_title="Take a break",
    pause_say="Nothing for two weeks. You keep your place, and it goes on by itself.",
    pause_button="Pause for two weeks",
    paused="Paused. It goes on by itself on {until}.",
    end_pause="Go on now",
    everything_title="Leave everything",
    everything_say="This ends all emails and all texts at once.",
    everything_button="Stop all emails and texts",
    left_title="Done. Everything has ended.",
    left_say="From this moment no email and no text is sent to you.",
    nothing_here="There is nothing to choose here at the moment.",
    broken_title="This link is not complete",
    broken_say="Please open it again from the message it came in. Some mail programs cut long links.",
    links_title="Where your own links are",
    links_say="To change or end what you get, use the links at the end of any email we sent you. They belong to you "
    "alone, so they are not on a page that can be passed on.",
    contact="A person answers at",
    crisis="In danger, or thinking of suicide? Call 911, or call or text 988, day or night.",
)
_SPANISH: Final = Words(
    language="es",
    other="en",
    other_name="English",
    leave_title="¿Dejar de recibir correos?",
    leave_ask="Oprima el botón y dejamos de escribir a la dirección que recibió este enlace.",
    leave_button="No recibir más correos",
    leave_hint="Los mensajes de texto van aparte: responda STOP a cualquiera de ellos.",
    done_title="Listo. Los correos terminaron.",
    done_say="Desde este momento no se envía ningún correo a la dirección que recibió este enlace.",
    done_small="Un enlace que llegó incompleto no cambia nada. Si aún le llega un correo, avísenos por favor.",
    undo="Deshacer: seguir con los correos",
    undone_title="Deshecho. Sigue con nosotros.",
    undone_say="Puede volver a recibir correos. Una serie que estaba en curso no empieza otra vez por sí sola.",
    not_undone_title="Aquí no se pudo deshacer.",
    not_undone_say="La página estuvo abierta demasiado tiempo o no podemos llegar a la dirección. Pregúntenos, lo arreglamos.",
    wait_title="Casi. Oprima una vez más, por favor.",
    wait_say="Tenemos su petición y no empieza nada nuevo. Todavía no podemos decir que está hecho: puede que un correo "
    "esté en camino en este mismo momento.",
    again="Intentar otra vez",
    settings_title="Lo que recibe de nosotros",
    settings_say="Marque lo que quiere recibir. Nada cambia hasta que oprima «Guardar».",
    emails="Correos",
    texts="Mensajes de texto",
    box_email="Envíenme correos: {topic}",
    box_sms="Envíenme mensajes de texto: {topic}. Pueden aplicarse tarifas de mensajes y datos. Responda STOP para "
    "terminar, HELP para ayuda.",
    closed_stopped="Usted terminó los mensajes con STOP. Para recibirlos otra vez, envíe START al número del que llegaban.",
    closed_unreachable="Por ahora no podemos llegar a usted por aquí. Pregúntenos, lo arreglamos.",
    discreet="Con discreción",
    discreet_hint="Asuntos y remitente neutros: quien mire su pantalla no sabrá nada.",
    language_label="Idioma",
    save="Guardar",
    saved="Guardado. Vale desde este momento.",
    pause_title="Tomar un descanso",
    pause_say="Nada durante dos semanas. Conserva su lugar y sigue por sí solo.",
    pause_button="Pausa de dos semanas",
    paused="En pausa. Sigue por sí solo el {until}.",
    end_pause="Seguir ahora",
    everything_title="Dejar todo",
    everything_say="Termina de una vez todos los correos y todos los mensajes de texto.",
    everything_button="No recibir más correos ni mensajes",
    left_title="Listo. Todo terminó.",
    left_say="Desde este momento no se le envía ningún correo ni mensaje de texto.",
    nothing_here="Por ahora no hay nada que elegir aquí.",
    broken_title="Este enlace no está completo",
    broken_say="Ábralo otra vez desde el mensaje en que llegó. Algunos programas cortan los enlaces largos.",
    links_title="Dónde están sus propios enlaces",
    links_say="Para cambiar o terminar lo que recibe, use los enlaces al final de cualquier correo nuestro. Son solo "
    "suyos, por eso no están en una página que se puede reenviar.",
    contact="Una persona responde en el",
    crisis="¿En peligro, o piensa en el suicidio? Llame al 911, o llame o escriba al 988, de día o de noche.",
)
BY_LANGUAGE: Final = {"en": _ENGLISH, "es": _SPANISH}


def words_for(request: HttpRequest, known: str | None = None) -> Words:
    """The words of a page: what the page was asked in, else the person's language if known, else the browser's."""
    asked = request.GET.get("lang") or known or _of_browser(request.headers.get("Accept-Language", ""))
    return BY_LANGUAGE.get(asked, _ENGLISH)


def _of_browser(header: str) -> str:
    """The first of our languages in an Accept-Language header; browsers list them by preference."""
    for part in header.split(","):
        language = part.split(";")[0].strip().lower().split("-")[0]
        if language in BY_LANGUAGE:
            return language
    return "en"
