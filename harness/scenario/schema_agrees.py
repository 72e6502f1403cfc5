#!/usr/bin/env python3
"""usage: schema_agrees.py [--verdicts]

Holds scenarios/schema.json to the files under scenarios/, all of which it must accept; with --verdicts, to the verdicts that
stand on stdin (schema_agrees_test.c makes them): each line is a JSON object with name, text (YAML), accepted (the reader's
verdict), exact (true: the schema must refuse what the reader refuses; false: it may know less).

Exit status: 0 they agree, 1 they do not, 77 a Python package is missing and nothing was compared.
YAML is read by the core schema of YAML 1.2, as editors do; `on:` is a key and not true.
"""
import json
import pathlib
import re
import sys

try:
    import jsonschema
    import yaml
except ImportError as missing:
    print(f"schema_agrees: {missing}: install python3-jsonschema and python3-yaml", file=sys.stderr)
    sys.exit(77)


class CoreLoader(yaml.SafeLoader):
    """YAML 1.2's core schema, keys as text, and nothing that the language refuses as YAML."""

    yaml_implicit_resolvers = {}

    def compose_node(self, parent, index):
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) or getattr(event, "tag", None):
            raise yaml.YAMLError("anchors, aliases and tags are refused")
        return super().compose_node(parent, index)

    def construct_mapping(self, node, deep=False):
        made = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.value in made:
                raise yaml.YAMLError("a key is no text or stands twice")
            made[key.value] = self.construct_object(value, deep=True)
        return made


CoreLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(~|null|Null|NULL|)$"), ["~", "n", "N", ""])
CoreLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|True|TRUE|false|False|FALSE)$"), list("tTfF"))
CoreLoader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?[0-9]+$"), list("-+0123456789"))
CoreLoader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$"), list("-+.0123456789"))
CoreLoader.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value))
CoreLoader.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(node.value))
CoreLoader.add_constructor("tag:yaml.org,2002:map", lambda loader, node: loader.construct_mapping(node))


def why_refused(validator, text):
    """None when the schema accepts the text."""
    try:
        tree = yaml.load(text, Loader=CoreLoader)
    except yaml.YAMLError as error:
        return f"not YAML: {error}"
    error = jsonschema.exceptions.best_match(validator.iter_errors(tree))
    return None if error is None else f"{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}"


def tree_rows():
    for path in sorted(pathlib.Path("scenarios").rglob("*.yaml")):
        yield {"name": str(path), "text": path.read_text(encoding="utf-8"), "accepted": True, "exact": True}


def main():
    schema = json.loads(pathlib.Path("scenarios/schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    compared = wrong = 0
    for row in map(json.loads, sys.stdin) if "--verdicts" in sys.argv else tree_rows():
        refused = why_refused(validator, row["text"])
        compared += 1
        if row["accepted"] and refused is not None:
            print(f"{row['name']}: the reader accepts it, the schema does not: {refused}", file=sys.stderr)
            wrong += 1
        elif row["exact"] and not row["accepted"] and refused is None:
            print(f"{row['name']}: the reader refuses it, the schema does not:\n{row['text'][:400]}", file=sys.stderr)
            wrong += 1
    print(f"schema_agrees: {compared} compared, {wrong} different", file=sys.stderr)
    return 1 if wrong > 0 or compared == 0 else 0


sys.exit(main())
