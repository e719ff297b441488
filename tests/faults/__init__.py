"""Faults on purpose: real processes killed at named points, connections cut, providers lying, and a judge of its own.

points.py     the table: point -> function of the product, before or after; wrapped in the forked processes alone
deck.py       the kinds of fault, and the deck they are drawn from
playing.py    one run: the series played moment by moment, with a fault at every step
resting.py    after the faults: leases end, reports arrive, the clock goes on to the last step
judge.py      the promises by SQL of its own and the sandbox's own file
planted.py    five known mistakes; scenes.py forces the interleaving that shows each
stage.py      one run's database, sandbox, pages, workers, callers; ground.py the server under all runs
children.py   forked processes and how they are spoken to; lives.py what each of them does
__main__.py   `make faults N=2000`
"""
