"""Broken, hostile and huge articles of every format: made from sound ones, compiled to the last byte, checked.

    seeds.py       the sound articles, by format
    mutations.py   what is done to them, by dice with a number: the same number gives the same input
    nasties.py     what they put in
    inputs.py      number -> (file name, bytes)
    invariants.py  what must hold of whatever comes out
    extremes.py    the largest and the most awkward file of every kind
    __main__.py    `make fuzz N=10000`: many of them in worker processes, with limits on time and memory

A format joins with a seed and a row of mutations.
"""
