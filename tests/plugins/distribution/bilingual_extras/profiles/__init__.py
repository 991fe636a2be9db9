"""Notices of other years: a file each."""
