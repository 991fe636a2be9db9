"""Run in a process of its own: pictures on stdin, a line of JSON for each on stdout.

``python -I _tesseract_worker.py TESSDATA LANGUAGE``; a picture is its width and
height as two little-endian 32-bit numbers, then that many bytes. tesseract ends
the process on some pictures; whoever runs this begins anew behind them.
"""

import json
import os
import struct
import sys

os.environ["OMP_THREAD_LIMIT"] = "1"


def main() -> None:
    """Read pictures until there are no more."""
    import tesserocr

    api = tesserocr.PyTessBaseAPI(path=sys.argv[1], lang=sys.argv[2], psm=tesserocr.PSM.SINGLE_LINE)
    source, target = sys.stdin.buffer, sys.stdout
    while len(head := source.read(8)) == 8:
        width, height = struct.unpack("<II", head)
        data = source.read(width * height)
        api.SetImageBytes(data, width, height, 1, width)
        text = api.GetUTF8Text()
        target.write(json.dumps([text.strip(), api.MeanTextConf()]) + "\n")
        target.flush()


if __name__ == "__main__":
    main()
