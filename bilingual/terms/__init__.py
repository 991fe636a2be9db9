"""Terminology: glossaries, mining for terms, consistency within a work and across works."""
