"""Opt-outs, opt-ins, imports and sends race each other over real connections; the sandbox is the witness.

    python -m tests.races [--rounds N] [--people N] [--seed N] [--bug NAME]

playing.py   who does what when: all choices come from one seed
lives.py     the people at the doors, and the staff who import lists and start campaigns
judge.py     when each address had to be silent, and every call that started meanwhile

It stands on the ground, the children and the stopping points of tests/faults. Exit 1 when a call started that must not have.
"""
