"""Makes the models below Models/: a few numbers at random for each family, with what the reference computes from them.

Needs torch, transformers, tokenizers and sentencepiece. The models are in the tree, so that tests need none of these.
"""

import json
import pathlib
import sys
import tempfile

import safetensors.torch
import sentencepiece
import sentencepiece.sentencepiece_model_pb2 as proto
import tokenizers
import torch
import transformers

TEXTS = ["", "a", "The cat sat on the mat.", "Ein Kätzchen schläft", "What is 2 + 2?", "ﬁne ＡＢＣ  spaced", "猫 🙂 unknown"]
CORPUS = ["the cat sat on the mat", "a dog ran to the cat", "what is a cat", "the mat is on the floor", "ein hund"] * 40


def main():
    folder = pathlib.Path(__file__).parents[1] / "Models"
    torch.manual_seed(7)
    pieces = word_pieces()
    common = {"vocab_size": len(pieces), "max_position_embeddings": 40}
    sizes = {"hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 3, "intermediate_size": 40}
    bert = transformers.BertModel(transformers.BertConfig(**common, **sizes), add_pooling_layer=False)
    write(folder / "bert-f32", bert, torch.float32, lambda place: vocabulary(place, pieces), "mean")
    bert = transformers.BertModel(
        transformers.BertConfig(**common, **sizes, hidden_act="gelu_new", layer_norm_eps=1e-5), add_pooling_layer=False
    )
    write(folder / "bert-f16", bert, torch.float16, lambda place: vocabulary(place, pieces), "cls")
    distilled = transformers.DistilBertModel(
        transformers.DistilBertConfig(**common, dim=16, n_layers=2, n_heads=2, hidden_dim=20, activation="relu")
    )
    write(folder / "distilbert-bf16", distilled, torch.bfloat16, lambda place: vocabulary(place, pieces), "max")
    unigram, count = unigram_tokenizer()
    roberta = transformers.XLMRobertaModel(
        transformers.XLMRobertaConfig(
            vocab_size=count, **sizes, max_position_embeddings=42, type_vocab_size=1, pad_token_id=1
        ),
        add_pooling_layer=False,
    )
    write(folder / "xlm-roberta-f32", roberta, torch.float32, lambda place: unigram.save(str(place / "tokenizer.json")), "mean_sqrt_len_tokens")


def word_pieces():
    letters = "abcdefghijklmnopqrstuvwxyz0123456789.,?+"
    words = ["the", "cat", "dog", "mat", "sat", "what", "is", "on", "ein", "猫", "##chen", "##tz", "ka"]
    return ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *("##" + letter for letter in letters), *words]


def vocabulary(place, pieces):
    (place / "vocab.txt").write_text("".join(piece + "\n" for piece in pieces), encoding="utf-8")
    (place / "tokenizer_config.json").write_text('{"do_lower_case": true, "model_max_length": 38}\n')


def unigram_tokenizer():
    """A unigram tokenizer in the form of XLM-RoBERTa's, with a small table of replacements."""
    with tempfile.TemporaryDirectory() as folder:
        rules = pathlib.Path(folder) / "rules.tsv"
        rules.write_text("".join(f"{source}\t{target}\n" for source, target in [
            ("FB01", "66 69"), ("FF21", "41"), ("FF22", "42"), ("FF23", "43"), ("E4", "61 65"), ("61 308", "61 65"),
        ]))
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(CORPUS), model_prefix=f"{folder}/m", vocab_size=60, normalization_rule_tsv=str(rules),
            hard_vocab_limit=False, minloglevel=2,
        )
        model = proto.ModelProto.FromString((pathlib.Path(folder) / "m.model").read_bytes())
    pieces = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    pieces += [(piece.piece, piece.score) for piece in model.pieces[3:]] + [("<mask>", 0.0)]
    tokenizer = tokenizers.Tokenizer(tokenizers.models.Unigram(pieces, unk_id=3))
    tokenizer.normalizer = tokenizers.normalizers.Sequence([
        tokenizers.normalizers.Precompiled(model.normalizer_spec.precompiled_charsmap),
        tokenizers.normalizers.Replace(tokenizers.Regex(" {2,}"), " "),
    ])
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Sequence([
        tokenizers.pre_tokenizers.WhitespaceSplit(), tokenizers.pre_tokenizers.Metaspace(),
    ])
    tokenizer.post_processor = tokenizers.processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", tokenizers.AddedToken("<mask>", lstrip=True)])
    return tokenizer, len(pieces)


def write(place, model, numbers, write_tokenizer, pooling):
    place.mkdir(parents=True, exist_ok=True)
    with torch.no_grad():
        for name, tensor in model.named_parameters():
            tensor.copy_((tensor + torch.randn_like(tensor) * (0.1 if "LayerNorm" in name else 0.4)).to(numbers).float())
    config = {key: value for key, value in model.config.to_dict().items() if not key.startswith("_")}
    (place / "config.json").write_text(json.dumps(config, indent=1, sort_keys=True) + "\n")
    tensors = {name: tensor.to(numbers).contiguous() for name, tensor in model.state_dict().items() if tensor.is_floating_point()}
    safetensors.torch.save_file(tensors, place / "model.safetensors")
    write_tokenizer(place)
    (place / "modules.json").write_text(json.dumps([
        {"path": "", "type": "sentence_transformers.models.Transformer"},
        {"path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
        {"path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
    ][: 2 if pooling == "max" else 3]) + "\n")
    (place / "1_Pooling").mkdir(exist_ok=True)
    modes = {"cls": "cls_token", "mean": "mean_tokens", "max": "max_tokens", "mean_sqrt_len_tokens": "mean_sqrt_len_tokens"}
    flags = {f"pooling_mode_{name}": mode == pooling for mode, name in modes.items()}
    (place / "1_Pooling/config.json").write_text(json.dumps({"word_embedding_dimension": model.config.hidden_size, **flags}) + "\n")
    (place / "expected.json").write_text(json.dumps(expected(place, model, pooling)) + "\n")


def expected(place, model, pooling):
    if (place / "tokenizer.json").exists():
        tokenizer = tokenizers.Tokenizer.from_file(str(place / "tokenizer.json"))
    else:
        tokenizer = tokenizers.implementations.BertWordPieceTokenizer(str(place / "vocab.txt"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(38 if "xlm" not in place.name else 40)
    rows = []
    model.eval()
    for text in [*TEXTS, "the cat " * 40]:
        ids = tokenizer.encode(text).ids
        with torch.no_grad():
            states = model(torch.tensor([ids])).last_hidden_state[0]
        vector = {"cls": states[0], "mean": states.mean(0), "max": states.max(0).values,
                  "mean_sqrt_len_tokens": states.sum(0) / len(ids) ** 0.5}[pooling]
        if pooling != "max":
            vector = torch.nn.functional.normalize(vector, dim=0)
        rows.append({"text": text, "ids": ids, "vector": [round(number, 7) for number in vector.tolist()]})
    return rows


if __name__ == "__main__":
    sys.exit(main())
