"""How many people may mark our emails as spam before somebody must look, and before the emails stop.

Gmail asks senders to stay below 0.1 % and never to reach 0.3 % (protocols.md 4.6). The share is that of a cohort: of the emails
given to the provider within a window and delivered, those that were marked. So a quiet day after a large mailing does not make
its complaints look worse than they are, and a bad mailing is not hidden by a good week: both windows are judged.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Literal

Verdict = Literal["alarm", "stop"]

WINDOWS: Final = (timedelta(days=1), timedelta(days=7))
PER: Final = 1000
ALARM_AT: Final = 1  # of PER delivered: 0.1 %
STOP_AT: Final = 3  # of PER delivered: 0.3 %
LEAST_DELIVERED: Final = 1000  # with fewer there is no rate yet, and complaints are counted
FEW_ALARM, FEW_STOP = 2, 3


def judge(delivered: int, complained: int) -> Verdict | None:
    """The verdict on one window: "stop" from 0.3 %, "alarm" from 0.1 %, else None.

    Of fewer than a thousand emails one complaint is one person's, two are an alarm, and three stop: a centre with two hundred
    people would otherwise never be stopped at all.
    """
    if delivered < LEAST_DELIVERED:
        stop, alarm = complained >= FEW_STOP, complained >= FEW_ALARM
    else:
        stop, alarm = complained * PER >= STOP_AT * delivered, complained * PER >= ALARM_AT * delivered
    return "stop" if stop else "alarm" if alarm else None


def enough(complained: int) -> int:
    """From how many delivered emails on so many complaints are no alarm any more: nobody has to count further."""
    return complained * PER // ALARM_AT + 1
