"""Writes the vectors of texts: `encode.py TEXTS VECTORS`, a JSON list and a file of numpy.

Run by the Python that has the model. The network is that of Tests/GatewayTests/Python/sentence_encoder.py; its vectors are
those of `embedding.type: local`.
"""

import json
import sys
from pathlib import Path

import numpy

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "GatewayTests/Python"))

from sentence_encoder import Encoder


def main(texts, vectors):
    encoder = Encoder()
    made = [encoder.encode(text) for text in json.loads(Path(texts).read_text(encoding="utf-8"))]
    numpy.save(vectors, numpy.array(made, numpy.float32))


if __name__ == "__main__":
    main(*sys.argv[1:])
