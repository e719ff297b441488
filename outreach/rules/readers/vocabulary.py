"""Words of page furniture, English and Spanish: whole lines that are never an article's text, and where its end begins."""

from __future__ import annotations

import re

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|"
    r"diciembre)"
)
DATE = (
    rf"(?:{_MONTH}\.?\s+\d{{1,2}}(?:,?\s+\d{{4}})?|\d{{1,2}}(?:\s+de)?\s+{_MONTH}\.?(?:,?(?:\s+de)?\s+\d{{4}})?|"
    rf"\d{{1,4}}[/.-]\d{{1,2}}[/.-]\d{{1,4}}|{_MONTH}\s+\d{{4}})"
)
_READ = r"(?:~?\s*\d{1,3}[ -]?(?:min(?:ute)?s?|minutos?)\.?(?: (?:de )?(?:read|lectura))?|(?:reading time|tiempo de lectura)\b.*)"
_NETWORK = r"(?:facebook|twitter|x|linkedin|instagram|youtube|pinterest|whatsapp|copy link|email)"
_MEETING = r"(?:call|callback|appointment|consultation|assessment|screening|tour|demo|quote|time|table|visit)"
_NAME = r"[A-ZÀ-Þ][\w.'’-]*(?:\s+(?:de |van |von |la )?[A-ZÀ-Þ][\w.'’-]*){1,3}"

BYLINE = re.compile(
    r"^(?:(?i:written|posted|authored|escrito)\s+)?(?i:by|por|author|"
    rf"autor[ae]?)\s*:?\s+(?P<name>{_NAME})(?P<rest>[,|·•(–—-].*)?$"
)
NAME_AND_DATE = re.compile(rf"^(?P<name>{_NAME})(?:,\s*[\w .]{{2,20}})?\s*[·|•—–-]\s*(?i:{DATE}|{_READ}).*$")

DATED = re.compile(
    rf"^(?:{DATE}|{_READ}|(?:last |first )?(?:updated|published|posted|reviewed|publicado|actualizado)\b.{{0,80}}|"
    r"(?:medically|clinically|fact)[ -](?:reviewed|checked)\b.{0,80})(?:\W|$)",
    re.I,
)

# Always furniture when the whole line is one of these (letters compared without case, final punctuation aside).
_ALWAYS = rf"""
skip to (?:main |the )?(?:content|navigation)|skip navigation|saltar al contenido
(?:main )?menu(?: close| open)?|(?:close|open|toggle) (?:the )?(?:menu|navigation|search)|search(?: this site)?|buscar
menú
(?:an )?official (?:web ?)?site of\b.{{0,80}}|here['’]?s how you know|un sitio (?:web )?oficial d\w+ .{{0,80}}
(?:view|open|read) this (?:e-?mail|message) (?:in|on) .{{0,40}}
(?:unsubscribe|darse de baja)(?:\s*[|·•,/].{{0,60}})?
home|inicio|blog|news|login|log ?in|log ?out|sign ?in|sign ?up|register|my account|cart|subscribe|suscr[ií]base
share|compart(?:e|ir|a)
(?:share|email|print|save|pin|tweet|comparte?|compartir)(?: (?:this|on|via|with|it|to|the|en|este)\b.{{0,40}})
tweet|print|pin it
{_NETWORK}(?:[ ,|/·•]+{_NETWORK})*
(?:print|listen to|rate|bookmark|cite) this (?:page|article|post|story)\b.{{0,40}}
(?:take|try) (?:our|the|this|a)\b.{{0,25}}\b(?:quiz|self-test|survey)\b.{{0,50}}
(?:donate|give now)\b.{{0,60}}|was this (?:page|article|information)?\s?helpful\b.{{0,40}}
follow us\b.{{0,40}}|s[ií]guenos\b.{{0,40}}|like us on\b.{{0,30}}
(?:read|learn|see|view|show|load|find out|leer|ver) (?:more|all|less|m[aá]s|todo)\b.{{0,60}}|click here\b.{{0,60}}
continue reading\b.{{0,60}}
(?:tap|click|press|toca) (?:to|para|here)\b.{{0,40}}|(?:←|<|‹)\s?.{{0,60}}|[«»]\s(?!.*»).{{0,60}}|[^«]{{0,60}}(?:→|»|›)
back to (?:top|all|the|home|blog|news|list)\b.{{0,40}}|volver (?:arriba|al|a la)\b.{{0,40}}|return to top
scroll to top
p(?:age|g\.?|ágina)?\s*\d{{1,4}}(?:\s*(?:of|/|de)\s*\d{{1,4}})?|\d{{1,3}}\s*/\s*\d{{1,3}}|[-–—]\s*\d{{1,3}}\s*[-–—]
{_READ}|(?:on )?{DATE}|{DATE}\s*[·|•—–-].{{0,60}}
(?:last |first )?(?:updated|published|posted|reviewed|modified|created|printed)(?: (?:in|on|at|by))?\b.{{0,80}}
(?:actualizado|publicado|revisado)(?: (?:en|el|por))?\b.{{0,80}}
submitted by\b.{{0,80}}|from the desk of\b.{{0,80}}
(?:medically|clinically|fact)[ -](?:reviewed|checked)\b.{{0,80}}
(?:reviewed|edited|fact[ -]checked|written|revisado|editado) (?:by|por)\b.{{0,80}}
(?:table of )?contents|in this (?:article|post|guide|section|page|story)|on this page|what's (?:inside|in this \w+)
jump to\b.{{0,40}}|quick (?:links|navigation)|índice|contenido|en este artículo
advert(?:isement|ising)?|sponsored(?: content)?|publicidad|ad
(?:verify|check) (?:your |my )?(?:insurance|benefits|coverage)\b.{{0,30}}|does (?:my|your) insurance cover\b.{{0,40}}
see if your (?:plan|insurance)\b.{{0,40}}|insurance (?:verification|check)
(?:book|schedule|request|reserve|get) (?:your |an? |my )?(?:free |confidential |first )?{_MEETING}(?: (?:now|today|online|back))?
(?:live )?chat(?: with (?:us|someone))?(?: now)?|accept(?: all)?(?: cookies)?|reject\b.{{0,30}}
manage (?:cookies|preferences|consent)|cookie (?:policy|settings|preferences)|privacy (?:policy|notice|preferences)
aviso de privacidad
(?:©|\(c\)|copyright).{{0,160}}|©.{{0,160}}|.{{0,80}}all rights reserved\b.{{0,40}}
todos los derechos reservados\b.{{0,40}}
terms (?:of|and)\b.{{0,30}}|site ?map\b.{{0,60}}|accessibility(?: statement)?|careers|disclaimer
hipaa notice\b.{{0,30}}
(?:tags?|categor(?:y|ies)|filed under|topics?|etiquetas|categorías)\s*:.{{0,120}}|posted in\b.{{0,60}}
(?:previous|next|older|newer|anterior|siguiente) (?:post|article|page|story|entrada|artículo)s?\b.{{0,80}}
(?:previous|next):.{{0,80}}
(?:newsletter|e-?mail) (?:sign[ -]?up|subscription)|(?:subscribe|sign up|join)\b (?:to|for|our)\b.{{0,60}}
enter your e?-?mail\b.{{0,40}}|get (?:updates|our newsletter)\b.{{0,60}}
(?:proudly )?powered by\b.{{0,40}}|(?:web)?site (?:by|design(?:ed)? by)\b.{{0,40}}|printed on recycled paper
download (?:the |this )?(?:pdf|article|guide|app)\b.{{0,30}}
report (?:this )?comment|reply|responder|edit this page\b.{{0,60}}|loading\b.{{0,10}}|play(?: video)?
watch (?:the |this )?video\b.{{0,30}}
related(?: (?:articles?|posts?|reading|topics?|stories|content))?\s*:.{{1,120}}
(?:also read|read also|see also|recommended(?: reading)?|más información|lea también)\s*:.{{0,120}}
(?:approved for print|draft\b.{{0,40}}|for internal use only|confidential|do not copy)\b.{{0,40}}
(?:patient|client|family|wellness|health|caregiver|parent|member) (?:hand-?outs?|fact ?sheet|education)\b.{{0,12}}
hoja (?:informativa|de información)\b.{{0,40}}
\[(?:image|photo|infographic|video|chart|figure|graphic|illustration|map|audio|imagen|foto|gráfico|vídeo)\b[^\]]{{0,100}}\]
(?:patient )?hand-?out (?:no\.? ?)?\d{{1,4}}|form \w{{0,4}}-?\d{{1,6}}.{{0,30}}
"""
_WHOLE = re.compile(r"(?:" + "|".join(_ALWAYS.strip().split("\n")) + r")\W*", re.I)

# Furniture unless text follows: the same words make a fair heading of a last section.
_UNLESS_TEXT = re.compile(
    r"(?:contact(?: us)?|about(?: us)?|resources|get help(?: now| today)?|"
    r"call(?: (?:us|now|today)\b.{0,60}| (?!911|988)[\d(+].{0,60})?|"
    r"our (?:team|programs|services|"
    r"approach|locations)|locations|services|programs|admissions|insurance|faqs?|gallery|contacto|nosotros|"
    r"servicios)\W*",
    re.I,
)
BREADCRUMB = re.compile(r"^\S[^.!?]{0,40}(?:\s+[>›»/]\s+[^.!?>›»]{1,60}){1,6}$")
_PATH = re.compile(r"[>›»]|^(?:home|inicio|blog)\b|/.*/", re.I)
MENU = re.compile(r"^(?:[\w&'’-]+(?: [\w&'’-]+){0,3})(?:(?:  +|\s*[|·•]\s*)(?:[\w&'’-]+(?: [\w&'’-]+){0,3})){1,12}$")
ADDRESS = re.compile(
    r"\b\d{1,5} (?:[A-Z][\w.]*\s){1,4}(?:St|Street|Ave|Avenue|Rd|Road|Lane|Ln|Blvd|Boulevard|Drive|Dr|Way|Court|Ct|"
    r"Suite|"
    r"Highway|Hwy|Parkway|Pkwy|Place|Square)\b"
)
COOKIES = re.compile(
    r"\b(?:we value your privacy|(?:uses?|using) cookies|cookies? (?:keep|help|policy|to)|usa(?:mos)? cookies)\b", re.I
)

# "Last updated: March 2024. Found a mistake? Edit this page.": a note about the page, however it goes on.
UPDATED = re.compile(
    rf"^\W*(?:(?:page )?last )?(?:updated|modified|edited|revised|reviewed)\b[^.!?]{{0,12}}\b{DATE}", re.I
)
DISCLAIMER = re.compile(
    r"\bnot (?:intended (?:as|to be) |meant (?:as|to be) |a substitute for |)(?:a substitute for )?(?:professional )?"
    r"(?:medical|legal|financial|professional) (?:or \w+ )?advice\b|\bequal[- ]opportunity\b|"
    r"^[^.!?]{0,80}\b(?:is|es) (?:an?|una?)\b[^.!?]{0,40}\b501\(c\)[^.!?]*[.!?]?$|"
    r"\b(?:informational|educational) purposes only\b|^you (?:are|were) (?:receiving|getting|sent) this\b|"
    r"\b(?:does not|will never|we (?:do not|don['’]t|will not|never)) (?:share|sell|rent|trade)\b"
    r".{0,30}\b(?:address|e-?mail|information|list)|"
    r"\bno (?:constituye|sustituye)\b.{0,40}\b(?:consejo|médic)",
    re.I,
)
HOURS = re.compile(
    r"^(?:(?:office |opening )?hours\b|open\b|horario\b|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:days?)?\b|"
    r"(?:lunes|martes|miércoles|jueves|viernes|sábados?|domingos?)\b).{0,60}(?:\d|closed|cerrado|noon|p\.?\s?m)\W*"
    r"(?:[ap]\.?\s?m\b\.?)?$",
    re.I,
)
TAKEAWAYS = re.compile(
    r"(?:the )?(?:key (?:takeaways?|points?|facts|messages)|takeaways?|at a glance|in (?:brief|short)|(?:quick )?summary|"
    r"highlights|tl;?dr|the bottom line|what to know|puntos clave|en resumen|lo esencial|resumen)\W*",
    re.I,
)

# From here on, in the second half of a page, nothing belongs to the article any more.
END_OF_ARTICLE = re.compile(
    r"^\W*(?:(?:related|recommended|recent|popular|latest|trending|similar|more|other|featured)\s+(?:articles?|"
    r"posts?|reading|"
    r"stories|topics?|content|resources|from|news|blogs?|guides)\b.{0,50}|you (?:might|may|"
    r"will)(?: also)? (?:also )?(?:like|enjoy|be interested)"
    r"\b.{0,40}|keep (?:on )?reading|read (?:next|this next)|up next|more (?:from|on|like this|about)\b.{0,50}|"
    r"most (?:read|popular|viewed|shared|commented)\b.{0,20}|editors?['’]?s? picks?|comments? \(\d+\)|"
    r"(?:enjoyed|liked|loved) th(?:is|e)\b.{0,70}|was this (?:page|article|information)?\s?helpful\b.{0,40}|"
    r"popular (?:this|right)\b.{0,30}|"
    r"what to read next|(?:\w+|\d+)\s+(?:comments?|replies|responses|thoughts?(?: on)?|comentarios?)\b.{0,80}|"
    r"comments?|join the (?:discussion|"
    r"conversation)|leave a (?:reply|comment)\b.{0,30}|post a comment|about the authors?|(?:about|"
    r"meet) the (?:writer|editor)|author bio|"
    r"share this(?: \w+)?|share(?: on)?|spread the word|subscribe to\b.{0,50}|sign up for\b.{0,60}|"
    r"newsletter\b.{0,20}|also read|(?:next|coming (?:up )?(?:next|in the next)) (?:month|week|issue|time)\s*:.{1,60}|"
    r"artículos relacionados|también te puede interesar|te puede interesar|(?:\d+ )?comentarios|"
    r"deja (?:un comentario|una respuesta)|"
    r"sobre (?:el|la) autora?|comparte? (?:este|esta)\b.{0,30}|entradas (?:recientes|relacionadas))\W*$",
    re.I,
)


def is_furniture(text: str) -> bool:
    """Is the whole line page furniture, whatever stands around it?"""
    text = text.strip()
    return bool(_WHOLE.fullmatch(text) or (BREADCRUMB.match(text) and _PATH.search(text)) or NAME_AND_DATE.match(text))


def is_furniture_alone(text: str) -> bool:
    """Is the line furniture when no text follows it ("Contact us", a menu, an address)?"""
    text = text.strip()
    return bool(_UNLESS_TEXT.fullmatch(text) or MENU.match(text) or ADDRESS.search(text))
