"""People as a large company has them: names of many languages, some far more common than others."""

from __future__ import annotations

import random
from collections.abc import Iterator

from openucwa.domain.folding import fold
from openucwa.domain.people import Person

# The more common, the further in front; all languages mixed.
FIRST = """
Maria Anna José James Mary Michael John Wei Mohammed Patricia Robert Jennifer David Thomas Lukas
Elizabeth William Marie Susan Joseph Jessica Christopher Sarah Karen Daniel Nancy Matthew Sandra
Anthony Ashley Emily Steven Kimberly Andrew Margaret Paul Donna Joshua Michelle Kenneth Carol Kevin
Amanda Brian Melissa Hans Klaus Jürgen Wolfgang Ursula Sabine Petra Monika Björn Søren Åse Lene
Mette Ingrid Łukasz Zofia Jakub Agnieszka Ivan Dmitri Olga Irina Pierre François Camille Léa Giulia
Marco Luca Francesca João Ana Miguel Sofía Carlos Lucía Li Ming Fang Hiroshi Yuki Sakura Kenji
Fatima Ahmed Aisha Omar Priya Raj Anil Sunita Nguyễn Linh Mehmet Ayşe Katarína Jiří Éva Gábor
Ioana Elena Nikos Eleni Aino Jussi Иван Мария Ольга Дмитрий Γιώργος 伟 芳 太郎 محمد فاطمة
"""
LAST = """
Smith Müller García Wang Johnson Nguyen Williams Brown Jones Miller Davis Rodríguez Martínez
Hernández López González Wilson Anderson Thomas Taylor Moore Jackson Martin Lee Pérez Thompson White
Harris Sánchez Clark Ramírez Lewis Robinson Schmidt Schneider Fischer Weber Meyer Wagner Becker
Schulz Hoffmann Hansen Jensen Nielsen Sørensen Åberg Öztürk Lindström Nowak Kowalski Wiśniewski
Petrov Ivanova Dupont Bernard Dubois Rossi Ferrari Bianchi Silva Santos Oliveira Fernández
Álvarez-Luna Zhang Chen Liu Yang Tanaka Suzuki Satō Khan Ali Hussain Patel Sharma Singh Kumar
O'Brien O'Neill MacDonald Campbell Stewart Tran Novák Dvořáková Nagy Szabó Popescu Ionescu
Papadopoulos Korhonen Virtanen Yılmaz Kaya al-Masri Иванов Смирнова Παπαδόπουλος 王 李 佐藤
"""  # noqa: RUF001  that is how they are written
COUNTRIES = ("+1425", "+4930", "+44207", "+336", "+4570", "+86138", "+91987")
OFFICE = "+49895"
"""Telephones at work have numbers that follow each other."""


def people(count: int) -> Iterator[Person]:
    """Yield so many people, the same ones each time."""
    chance = random.Random(count)
    firsts, lasts = (
        chance.choices(names, [1 / (rank + 5) for rank in range(len(names))], k=count)
        for names in (FIRST.split(), LAST.split())
    )
    for number, (first, last) in enumerate(zip(firsts, lasts, strict=True)):
        typed, family = "".join(fold(first)), "".join(fold(last))
        if not (typed + family).isascii():
            typed, family = "u", "ser"
        start = f"{typed}.{family}" if chance.random() < 0.7 else typed[0] + family
        address = f"{start}{number}@contoso.test"
        mobile = f"tel:{chance.choice(COUNTRIES)}{chance.randrange(10**7):07}"
        yield Person(
            address,
            f"sip:{address}",
            f"{first} {last}",
            emails=(f"{start}{number}@mail.contoso.test",) if chance.random() < 0.5 else (),
            work_phone=f"tel:{OFFICE}{number:06}",
            mobile_phone=mobile if chance.random() < 0.5 else "",
        )
