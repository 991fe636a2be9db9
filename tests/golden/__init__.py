"""Golden reports: what the library says of known inputs, word for word.

They are a net under changes that must change nothing. ``cases`` makes the inputs,
``outputs`` runs the library on them, ``regenerate`` writes the goldens anew, and
``test_golden`` compares.
"""
