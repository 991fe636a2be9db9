"""Run in a process of its own: pictures on stdin, an answer to each on stdout.

``python -I -B _rapid_worker.py DOOR FOLDER ...``: the file that starts onnxruntime, and
the folders that packages are imported from besides those of this Python. A picture is
one byte for what is asked (``d``: where there is text, ``r``: what is written), its
width and height as two little-endian 32-bit numbers, then that many bytes. An answer is
its length as such a number, then JSON: ``{"boxes": [[left, top, right, bottom], ...]}``
or ``{"text": ..., "score": ...}``. What goes wrong ends the process.
"""

import functools
import json
import os
import runpy
import struct
import sys
from typing import Any

_MOST_BYTES = 1 << 24
_NO_MEMORY = ("bad_alloc", "bad allocation", "allocate memory", "Insufficient memory")


def _quick_settings() -> None:
    """RapidOCR reads its list of models twice, in plain Python: a second of work, halved here."""
    import omegaconf
    import yaml

    yaml.SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    omegaconf.OmegaConf.load = functools.cache(omegaconf.OmegaConf.load)  # type: ignore[method-assign]


def _engine(door: str) -> Any:
    onnxruntime = runpy.run_path(door)["onnxruntime"]
    onnxruntime()  # before RapidOCR starts it
    _quick_settings()
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.use_cls": False,
            # Lower than its own (0.5): Tibetan is less like what it was trained on, and
            # what is no text does not stay, come again and read like text.
            "Det.box_thresh": 0.38,
            "Det.limit_side_len": 32,  # pictures come in the size they are to be looked at
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def _boxes(engine: Any, colours: Any) -> dict[str, Any]:
    if engine.text_det is None:
        # As a whole it loads the detector. By a picture of no account, so that the first
        # one is not looked at in another way than those after it.
        engine(colours[:64, :64] * 0, use_det=True, use_cls=False, use_rec=False)
    if colours.shape[1] > 8 * colours.shape[0]:  # as a whole it adds ground to a long strip
        found = engine(colours, use_det=True, use_cls=False, use_rec=False)
    else:  # the detector by itself: as a whole it also cuts out every box
        found = engine.text_det(colours)
    boxes = []
    for corners in () if found.boxes is None else found.boxes:
        xs, ys = corners[:, 0], corners[:, 1]
        edges = xs.min(), ys.min(), xs.max() + 1, ys.max() + 1
        boxes.append([int(edge) for edge in edges])
    return {"boxes": boxes}


def _text(engine: Any, colours: Any) -> dict[str, Any]:
    found = engine(colours, use_det=False, use_cls=False, use_rec=True)
    if not found.txts:
        return {"text": "", "score": 0.0}
    return {"text": found.txts[0], "score": float(found.scores[0])}


def _serve(door: str, target: Any) -> None:
    import cv2
    import numpy as np

    cv2.setNumThreads(1)
    engine = _engine(door)
    source = sys.stdin.buffer
    while len(head := source.read(9)) == 9:
        task, width, height = struct.unpack("<cII", head)
        size = width * height
        if not 0 < size <= _MOST_BYTES:
            raise ValueError("size")
        data = source.read(size)
        picture = np.frombuffer(data, np.uint8).reshape(height, width)
        colours = cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR)
        try:
            found = (_boxes if task == b"d" else _text)(engine, colours)
        except Exception as error:
            if type(error).__name__ != "ResizeImgError":
                raise
            # Too thin for it to be brought to its size: there is nothing to read.
            found = {"boxes": []} if task == b"d" else {"text": "", "score": 0.0}
        answer = json.dumps(found).encode()
        target.write(struct.pack("<I", len(answer)) + answer)
        target.flush()


def main() -> None:
    """Answer until there are no more pictures."""
    door, *folders = sys.argv[1:]
    sys.path += [folder for folder in folders if folder not in sys.path]
    os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"))
    target = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a package prints is no answer
    try:
        _serve(door, target)
    except BaseException as error:
        if isinstance(error, MemoryError) or any(phrase in str(error) for phrase in _NO_MEMORY):
            raise MemoryError("Cannot allocate memory") from None
        raise


if __name__ == "__main__":
    main()
