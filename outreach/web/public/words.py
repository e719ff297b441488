"""The words of the public pages, in English and Spanish. What a person agrees to is stored as it stands here.

The pages say nothing of what the messages are about: a link may be opened on a shared screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest

from outreach.rules.cadence import Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language's words. `box_email` and `box_sms` take a topic's label; `paused` takes a date; `asked_texts`,
    `waits_number` and `start_number` take the number to text. `zones` maps an IANA zone ("": none chosen) to its name."""

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
    subscribe_title: str
    subscribe_say: str
    first_name: str
    email: str
    phone: str
    email_hint: str
    phone_hint: str
    zip_code: str
    zip_hint: str
    optional: str
    leave_empty: str
    subscribe_button: str
    subscribe_small: str
    wrong: str
    wrong_nothing: str
    wrong_no_email: str
    wrong_email: str
    wrong_no_phone: str
    wrong_phone: str
    wrong_zip: str
    wrong_name: str
    asked_title: str
    asked_email: str
    asked_texts: str
    asked_texts_no_number: str
    asked_small: str
    confirm_title: str
    confirm_say: str
    confirm_button: str
    confirmed_title: str
    confirmed_say: str
    not_confirmed_title: str
    not_confirmed_say: str
    adult: str
    wrong_adult: str
    wrong_again: str
    about_you: str
    busy_title: str
    busy_say: str
    held: str
    stale: str
    closed_provider: str
    start_number: str
    start_anywhere: str
    waits_number: str
    waits_anywhere: str
    zone_label: str
    zone_hint: str
    zones: Mapping[str, str]
    emails_left_title: str
    emails_left_say: str
    undo_small: str
    lost_title: str
    lost_say: str
    lost_link: str
    fault_title: str
    fault_say: str
    again_title: str
    again_say: str
    unseen_say: str
    contact: str
    crisis: str

    def box(self, channel: str, topic: Topic) -> str:
        """The exact words beside a box, which are what a person agrees to."""
        label = topic.label_es if self.language == "es" else topic.label
        return (self.box_email if channel == "email" else self.box_sms).format(topic=label)


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
    closed_stopped="The texts have ended.",
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
    everything_title="Leave",
    everything_say="End the emails alone, or emails and texts together. It holds at once, and no one will ask you why.",
    everything_button="Stop all emails and texts",
    left_title="Done. Everything has ended.",
    left_say="From this moment no email and no text is sent to you.",
    nothing_here="There is nothing to choose here at the moment.",
    broken_title="This link is not complete",
    broken_say="Please open it again from the message it came in. Some mail programs cut long links.",
    links_title="Where your own links are",
    links_say="To change or end what you get, use the links at the end of any email we sent you. They belong to you "
    "alone, so they are not on a page that can be passed on.",
    subscribe_title="Sign up",
    subscribe_say="Tick what you would like to get. You can end it at any time, with one tap or the word STOP.",
    first_name="First name",
    email="Email address",
    phone="Mobile number",
    email_hint="For emails.",
    phone_hint="For texts, like 404 555 0123.",
    zip_code="ZIP code",
    zip_hint="Five digits. So that nothing comes at night where you live.",
    optional="optional",
    leave_empty="Leave this field empty",
    subscribe_button="Sign up",
    subscribe_small="We use this for the messages you ticked and for nothing else.",
    wrong="Please look at this once more",
    wrong_nothing="Tick at least one box.",
    wrong_no_email="You ticked emails: we need an address for them.",
    wrong_email="This is not a whole email address. It looks like name@example.org.",
    wrong_no_phone="You ticked texts: we need a mobile number for them.",
    wrong_phone="This is not a whole US number. It looks like 404 555 0123.",
    wrong_zip="A ZIP code has five digits, like 30303.",
    wrong_name="This name is longer than 80 letters.",
    asked_title="Almost done",
    asked_email="Emails: open your mailbox. We send a link to the address you gave; they begin once you press it. "
    "If you unsubscribed before, no link comes: press “Choose what you get” in an email you have from us, or call us.",
    asked_texts="Texts: text START to {number} from your phone. They begin once you have.",
    asked_texts_no_number="Texts: text START to the number our texts come from, or call us. They begin once you have.",
    asked_small="No email after some minutes? Look in the spam folder, or check the address and sign up once more. If you "
    "get our emails already, you have nothing to do.",
    confirm_title="Is this right?",
    confirm_say="Press the button and you have agreed to this:",
    confirm_button="Yes, confirm",
    confirmed_title="Confirmed. Thank you.",
    confirmed_say="You will hear from us by email. Every email has a link to end it.",
    not_confirmed_title="Nothing waits to be confirmed here",
    not_confirmed_say="This sign-up was ended, or the address cannot be reached. Sign up once more, or ask us.",
    adult="I am 18 or older",
    wrong_adult="Sign up here if you are 18 or older. If you are younger, please call us: we will find the right help.",
    wrong_again="Please press “Sign up” once more. What you entered is still here.",
    about_you="About you",
    busy_title="Please try again in an hour",
    busy_say="Many sign-ups came from your network in a short time, so the form is resting. Nothing is lost: come back "
    "in an hour, or call us and we will sign you up.",
    held="Nothing is sent to you at the moment: a person here has put your messages on hold for now. You need do "
    "nothing. Call us when you would like to hear from us again.",
    stale="Something changed since this page was opened, so nothing was saved. This is how it stands now.",
    closed_provider="Our text service has your number as stopped, so no text can reach it. We cannot change that from "
    "here; your phone can.",
    start_number="To get texts again, text START to {number} from that phone.",
    start_anywhere="To get texts again, text START to the number they came from.",
    waits_number="Waiting for your phone: text START to {number}, and they begin.",
    waits_anywhere="Waiting for your phone: text START to the number our texts come from, and they begin.",
    zone_label="Time zone",
    zone_hint="So that nothing comes at night where you live.",
    zones={
        "": "Automatic",
        "America/New_York": "Eastern",
        "America/Chicago": "Central",
        "America/Denver": "Mountain",
        "America/Phoenix": "Arizona",
        "America/Los_Angeles": "Pacific",
        "America/Anchorage": "Alaska",
        "Pacific/Honolulu": "Hawaii",
        "America/Puerto_Rico": "Puerto Rico",
    },
    emails_left_title="Done. The emails have ended.",
    emails_left_say="From this moment no email is sent to you. Texts, if you get them, are as they were.",
    undo_small="This works for 15 minutes. Texts that have ended come back only when the phone itself says START.",
    lost_title="This page is not here",
    lost_say="The address may be cut short or out of date. If it came in a message, please open it from there again.",
    lost_link="To the first page",
    fault_title="Something went wrong",
    fault_say="That was our mistake, not yours. What you did may not be stored: please look before you repeat it.",
    again_title="Please try again",
    again_say="This page was open for too long. Go back, load it again, and repeat the step.",
    unseen_say="Your account may not open this page. Ask whoever runs Outreach here.",
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
    closed_stopped="Los mensajes de texto terminaron.",
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
    everything_title="Dejar de recibir",
    everything_say="Termine solo los correos, o correos y mensajes de texto. Vale de inmediato y nadie le preguntará por qué.",
    everything_button="No recibir más correos ni mensajes",
    left_title="Listo. Todo terminó.",
    left_say="Desde este momento no se le envía ningún correo ni mensaje de texto.",
    nothing_here="Por ahora no hay nada que elegir aquí.",
    broken_title="Este enlace no está completo",
    broken_say="Ábralo otra vez desde el mensaje en que llegó. Algunos programas cortan los enlaces largos.",
    links_title="Dónde están sus propios enlaces",
    links_say="Para cambiar o terminar lo que recibe, use los enlaces al final de cualquier correo nuestro. Son solo "
    "suyos, por eso no están en una página que se puede reenviar.",
    subscribe_title="Suscribirse",
    subscribe_say="Marque lo que quiere recibir. Puede terminarlo cuando quiera, con un toque o con la palabra STOP.",
    first_name="Nombre",
    email="Correo electrónico",
    phone="Número de celular",
    email_hint="Para correos.",
    phone_hint="Para mensajes de texto, como 404 555 0123.",
    zip_code="Código postal",
    zip_hint="Cinco cifras. Para que nada llegue de noche donde usted vive.",
    optional="opcional",
    leave_empty="Deje este campo vacío",
    subscribe_button="Suscribirme",
    subscribe_small="Lo usamos para los mensajes que marcó y para nada más.",
    wrong="Revise esto, por favor",
    wrong_nothing="Marque al menos una casilla.",
    wrong_no_email="Marcó correos: necesitamos una dirección.",
    wrong_email="No es una dirección completa. Se parece a nombre@example.org.",
    wrong_no_phone="Marcó mensajes de texto: necesitamos un número de celular.",
    wrong_phone="No es un número completo de EE. UU. Se parece a 404 555 0123.",
    wrong_zip="Un código postal tiene cinco cifras, como 30303.",
    wrong_name="Este nombre tiene más de 80 letras.",
    asked_title="Ya casi",
    asked_email="Correos: abra su buzón. Enviamos un enlace a la dirección que dio; empiezan cuando lo oprima. "
    "Si se dio de baja antes, no llega ningún enlace: oprima «Elegir qué recibir» en un correo nuestro, o llámenos.",
    asked_texts="Mensajes de texto: envíe START al {number} desde su teléfono. Empiezan cuando lo haga.",
    asked_texts_no_number="Mensajes de texto: envíe START al número del que llegan, o llámenos. Empiezan cuando lo haga.",
    asked_small="¿No llega ningún correo? Mire en la carpeta de spam, o revise la dirección y suscríbase otra vez. Si ya "
    "recibe nuestros correos, no tiene que hacer nada.",
    confirm_title="¿Es correcto?",
    confirm_say="Al oprimir el botón, usted acepta esto:",
    confirm_button="Sí, confirmar",
    confirmed_title="Confirmado. Gracias.",
    confirmed_say="Le escribiremos por correo. Cada correo lleva un enlace para terminarlo.",
    not_confirmed_title="Aquí no hay nada que confirmar",
    not_confirmed_say="Esta suscripción terminó o no podemos llegar a la dirección. Suscríbase otra vez o pregúntenos.",
    adult="Tengo 18 años o más",
    wrong_adult="Suscríbase aquí si tiene 18 años o más. Si es menor, llámenos por favor: buscamos la ayuda adecuada.",
    wrong_again="Oprima «Suscribirme» una vez más, por favor. Lo que escribió sigue aquí.",
    about_you="Sobre usted",
    busy_title="Inténtelo otra vez en una hora, por favor",
    busy_say="Llegaron muchas suscripciones desde su red en poco tiempo y el formulario descansa. No se pierde nada: "
    "vuelva en una hora, o llámenos y lo hacemos con usted.",
    held="Por ahora no se le envía nada: una persona de aquí puso sus mensajes en espera. Usted no tiene que hacer nada. "
    "Llámenos cuando quiera volver a saber de nosotros.",
    stale="Algo cambió desde que abrió esta página y no se guardó nada. Así está ahora.",
    closed_provider="Nuestro servicio de mensajes tiene su número como detenido y ningún mensaje puede llegarle. Desde "
    "aquí no podemos cambiarlo; su teléfono sí.",
    start_number="Para recibir mensajes otra vez, envíe START al {number} desde ese teléfono.",
    start_anywhere="Para recibir mensajes otra vez, envíe START al número del que llegaban.",
    waits_number="Esperamos a su teléfono: envíe START al {number} y empiezan.",
    waits_anywhere="Esperamos a su teléfono: envíe START al número del que llegan nuestros mensajes y empiezan.",
    zone_label="Zona horaria",
    zone_hint="Para que nada llegue de noche donde usted vive.",
    zones={
        "": "Automática",
        "America/New_York": "Este",
        "America/Chicago": "Centro",
        "America/Denver": "Montaña",
        "America/Phoenix": "Arizona",
        "America/Los_Angeles": "Pacífico",
        "America/Anchorage": "Alaska",
        "Pacific/Honolulu": "Hawái",
        "America/Puerto_Rico": "Puerto Rico",
    },
    emails_left_title="Listo. Los correos terminaron.",
    emails_left_say="Desde este momento no se le envía ningún correo. Los mensajes de texto, si los recibe, siguen igual.",
    undo_small="Se puede durante 15 minutos. Los mensajes de texto vuelven solo cuando el teléfono mismo dice START.",
    lost_title="Esta página no está aquí",
    lost_say="La dirección puede estar incompleta o ser antigua. Si llegó en un mensaje, ábrala otra vez desde allí.",
    lost_link="A la primera página",
    fault_title="Algo salió mal",
    fault_say="Fue un error nuestro, no suyo. Puede que lo que hizo no esté guardado: mire antes de repetirlo.",
    again_title="Inténtelo otra vez, por favor",
    again_say="Esta página estuvo abierta demasiado tiempo. Vuelva atrás, cárguela otra vez y repita el paso.",
    unseen_say="Su cuenta no puede abrir esta página. Pregunte a quien lleva Outreach aquí.",
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
