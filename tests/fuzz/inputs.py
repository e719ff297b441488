"""Number -> input: which seed, which mutations, which file name. The same number gives the same bytes on every machine."""

from __future__ import annotations

import random
from collections.abc import Sequence

from tests.fuzz.mutations import ANY, OF_FORMAT, splice
from tests.fuzz.seeds import seeds

_SHARES = {"txt": 3, "html": 4, "md": 3, "docx": 3, "pdf": 3}
_WRONG_NAMES = ("x", "x.txt", "x.html", "x.md", "x.docx", "Ω.TXT", "a/b\\c.htm", "x.pdf")


def made(number: int, endings: Sequence[str] | None = None) -> tuple[str, bytes]:
    """The file name and the bytes of input `number`; `endings` keeps to some formats."""
    dice = random.Random(f"input {number}")
    known = [e for e in _SHARES if e in seeds() and (endings is None or e in endings)]
    ending = dice.choices(known, [_SHARES[e] for e in known])[0]
    data = dice.choice(seeds()[ending])
    # What is packed in a container breaks whole at one wrong byte: there the structure is what gets most of it.
    byte_wise = {"docx": ANY[:3], "pdf": ANY[:1]}.get(ending, ANY)
    for _ in range(dice.randint(1, 2 if ending == "pdf" else 5)):
        if dice.random() < 0.08:
            others = dice.choice([s for e, s in seeds().items() if e != "docx" or ending == "docx"])
            data = splice(data, dice, others)
        else:
            data = dice.choice((*byte_wise, *OF_FORMAT[ending]))(data, dice)
        data = data[:3_000_000]
    name = f"article.{ending}" if dice.random() < 0.93 else dice.choice(_WRONG_NAMES)
    return name, data
