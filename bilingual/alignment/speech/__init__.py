"""Written tracks compared with the sound: which words were said, how the clocks differ."""
