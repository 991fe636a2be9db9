"""The page to drop files on and the service that other systems call: ``bilingual serve``.

A work goes the way of :mod:`bilingual.batch`: into a folder of its own, to a process that
can be killed, to its report on disk. This package takes files in, keeps what is known of
works (SQLite, with files beside it) and shows it. Nothing that somebody submitted is read
here but by bytes: subtitles, videos, sheets and forms are opened in the workers' processes.
"""
