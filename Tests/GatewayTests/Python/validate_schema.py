"""Validates YAML against a JSON Schema with the package `jsonschema`.

Usage: validate_schema.py SCHEMA FILE...

A file ending in `.md` stands for its blocks of YAML that are whole configurations; any other is one. Prints a line for
each document: `ok PLACE`, or `refused PLACE: PATH: MESSAGE`.
"""

import json
import sys

import yaml
from jsonschema import Draft202012Validator


class Loader(yaml.SafeLoader):
    """YAML without dates: they are texts to the gateway."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def documents(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if not path.endswith(".md"):
        yield path, text
        return
    for number, block in enumerate(text.split("```yaml\n")[1:]):
        block = block.split("\n```")[0]
        if not block.startswith("# fragment"):
            yield f"{path}[{number}]", block


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    for path in sys.argv[2:]:
        for place, text in documents(path):
            error = next(iter(sorted(validator.iter_errors(yaml.load(text, Loader)), key=str)), None)
            if error is None:
                print(f"ok {place}")
            else:
                print(f"refused {place}: {error.json_path}: {error.message[:300]}".replace("\n", " "))


main()
