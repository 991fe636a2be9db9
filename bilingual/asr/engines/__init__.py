"""Recognisers, one module each; ``bilingual.asr.base`` finds them by scanning."""
