"""Recognisers, one module each; ``bilingual.speech.base`` finds them by scanning."""
