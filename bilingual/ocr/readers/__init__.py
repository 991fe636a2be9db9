"""What reads rows of text, one module each, found by a scan of this folder."""
