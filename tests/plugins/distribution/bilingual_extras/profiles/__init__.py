"""A notice of another year; its file is written by the test."""
