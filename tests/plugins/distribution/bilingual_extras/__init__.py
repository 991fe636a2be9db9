"""Plug-ins of every kind, as another distribution would bring them."""
