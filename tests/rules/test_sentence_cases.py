"""Where sentences end, case by case: `|` marks each cut a careful reader makes."""

import pytest

from outreach.rules import sentences

ENGLISH = """
She rested. | Then she ate.
Dr. Reyes and Dr. Ito agree. | So does Prof. Lang.
Ask Mr. Bell, Mrs. Bell, or Ms. Ortiz. | They know.
He earned a Ph.D. in 2010. | He still teaches.
She is an R.N. at the clinic. | Her shift ends at six.
Nia Cole, M.D., is on call. | Page her.
Ann Poe, LCSW, leads the group. | It is free.
Write to J. R. Osei. | He answers.
Write to J.R. Osei. | He answers.
St. Mary’s is open. | Park in back.
It is on Main St. near the bank. | Look for the red door.
He lives on Elm St. | She lives nearby.
The U.S. is large. | Help is near.
The U.S. Surgeon General said so. | Many listened.
Help is free in the U.S. | Ask for it.
Help is free in the U.S. | The line never closes.
He moved to Washington, D.C. | He found a job there.
The F.D.A. approved it. | Doctors use it.
Eat fruit, e.g. apples or pears. | Drink water.
Use a long-acting form, i.e. a monthly shot. | It helps.
Bring a pen, paper, etc. | We have the rest.
Bring a pen, paper, etc. to the class.
Smith et al. found the same. | Others agree.
It helps vs. waiting. | Start now.
No. 4 on the list is sleep. | Guard it.
Is it safe? | No. | Stop at once.
Can you do it alone? | No. | Few people can.
See Fig. 3 for details. | Then go on.
See p. 12 and pp. 14–16. | Then rest.
See Vol. 2, No. 3 of the report. | It is short.
Section 501(c)(3) groups are exempt. | We are one.
We meet at 6 p.m. | Bring a friend.
We meet at 6 p.m. on Mondays. | Bring a friend.
We meet at 6:30 p.m. Pacific time. | Bring a friend.
We are open from 8 a.m. to 5 p.m. | Call ahead.
Doors open at 7 a.m. | Breakfast is at eight.
It costs $3.50 a day. | That is less than coffee.
The rate rose 2.5%. | Nobody knew why.
The rate was 2.5 percent in 2021. | It fell later.
Version 2.1 is out. | Read it.
The pH is 7.4. | That is normal.
Take 0.5 mg at night. | Take no more.
Take 5 mg. | Wait an hour.
Take 5 mg. twice a day. | Wait an hour.
It weighs 10 lbs. | Lift with your legs.
Call 555-0101. | Ask for Kim.
Call (404) 555-0101. | Ask for Kim.
Call 404.555.0101. | Ask for Kim.
Text HOME to 741741. | A person will answer.
Call 988. | It is free.
Call 911! | Then start CPR.
Visit www.example.org. | It is free.
Visit example.org/help. | It is free.
Visit https://example.org/a?b=c.d today. | It is free.
Write to help@example.org. | We answer in a day.
The file is notes.docx. | Open it.
“I am fine.” | That is what he said.
“I am fine,” he said. | Nobody believed it.
“Are you safe?” she asked. | He nodded.
“Stop!” he yelled. | The car stopped.
He asked, “Why now?” | She had no answer.
She said, “I am done.” | Then she called.
"I can do this." | Say it daily.
'I can do this.' | Say it daily.
Ask “Are you thinking of suicide?” and wait. | Then listen.
She wrote “I quit.” and left. | He stayed.
He (the doctor) agreed. | She did not.
He agreed. | (She did not.) | They talked.
It works (see the next part). | Try it.
It works (really!). | Try it.
It works (does it?) for most. | Try it.
Do you shake? | Do you sweat? | Call us.
Really?! | Yes, really.
Wait… | Then breathe.
Wait . . . | Then breathe.
Well... maybe later. | Not now.
He waited… and waited. | She came.
First, breathe; then, count. | Last, walk.
One rule: never alone. | Two rules: never rush.
Here is the rule: Never use alone. | Keep to it.
Vitamins B6 and B12. | Both help.
Read Matt. 5:4. | It may comfort you.
iPhone users tap here. | Others click.
It runs on your phone. | iPhone users tap twice.
My sponsor, Sam T., picked up. | I cried.
My sponsor is Sam T. | He picked up.
Her doctor is J. Walker. | She calls on Fridays.
It was written by A. Brown. | Read it.
AA was founded in 1935. | NA came later.
In Jan. 2024 he quit. | He has not slipped.
He quit on Jan. 5. | He has not slipped.
On Mon. and Tues. we close early. | Come before four.
Mt. Hood is near. | Ft. Wayne is far.
John Jr. came too. | He sat in back.
Acme Inc. pays for it. | Ask there.
Acme, Inc., pays for it. | Ask there.
He works for Acme Inc. | She works next door.
The ratio is approx. 3 to 1. | That is high.
The dept. is closed. | Try again on Monday.
The max. dose is two. | Never take three.
Roughly 1 in 5 adults. | One in five!
It is 98.6 °F. | That is normal.
He drank 3 qt. of water. | That is too much.
Sit. | Breathe. | Wait.
1. Sit down. | Then breathe.
a. Sit down. | Then breathe.
Is recovery possible? | Yes.
Who? | You.
They asked me, Are you ready? | I was.
The 12 Steps. | The 12 Traditions.
Ask for Plan B. | It is kept behind the counter.
It is hepatitis C. | It can be cured.
Get vitamin D. | Walk outside.
Talk to group A. | Group B meets later.
I asked Sam and I. | They smiled.
What did I do? | I called.
So did I. | We both slept.
It was just you and I. | Nobody else came.
Use Narcan®. | It is safe.
“We believe you.” | It helps to hear that.
The answer is no. | Ask again.
It is over 100.5. | Call the nurse.
Add {{name}}. | Then send.
50% of U.S. adults drink. | Most drink little.
"""

SPANISH = """
Respire. | Luego camine.
La Dra. Ruiz y el Dr. Paz atienden hoy. | Pregunte por ellos.
El Sr. Luna llamó. | La Sra. Luna también.
Abrimos a las 8 a. m. y cerramos a las 6 p. m. | Llame antes.
Abrimos a las 8 a.m. | Llame antes.
¿Está a salvo? | Llame al 911.
¡No espere! | Llame ya.
«No puedo más», dijo. | Ella lo escuchó.
«No puedo más». | Eso dijo.
Dijo: «Ya basta». | Y llamó.
Viva en EE. UU. o en México, hay ayuda. | Pídala.
Hay ayuda en EE. UU. | Pídala.
Véase la pág. 4. | Luego siga.
Lleve ropa, documentos, etc. | Lo demás lo ponemos nosotros.
Coma fruta, p. ej. manzanas. | Beba agua.
Vive en la Av. Juárez. | Es cerca.
El 2.5 % recae pronto. | No se rinda.
El 2,5 % recae pronto. | No se rinda.
Ud. no está solo. | Uds. tampoco.
El n.º 3 es dormir. | Cuídelo.
¿Por qué? | Porque sana.
Tome 5 mg. | Espere una hora.
Así fue… | Luego mejoró.
"""


def _rows(table: str) -> list[str]:
    return [line for line in table.strip().splitlines() if line.strip()]


def _cut(text: str, language: str) -> list[str]:
    return [text[a:b] for a, b in sentences.cut(text, language)]


@pytest.mark.parametrize("row", _rows(ENGLISH))
def test_english_sentences_end_where_a_reader_ends_them(row: str) -> None:
    assert _cut(row.replace(" | ", " "), "en") == row.split(" | ")


@pytest.mark.parametrize("row", _rows(SPANISH))
def test_spanish_sentences_end_where_a_reader_ends_them(row: str) -> None:
    assert _cut(row.replace(" | ", " "), "es") == row.split(" | ")
