"""Reads a manifest (IIIF Presentation API 3.0) from the standard input, and says what is wrong with it, line by line.

The shape is checked by the model that iiif-prezi3 has made of the schema; what the model takes too easily is checked here by the text of
the specification: language maps (4), ids (3.2), and that every painting annotation paints on its own canvas (5.6).
"""

import json
import sys

from iiif_prezi3 import Manifest
from pydantic import ValidationError

wrong = []


def language_map(value, where):
    """A language map has lists of texts by languages, or by `none`."""
    fits = isinstance(value, dict) and value and all(
        isinstance(texts, list) and texts and all(isinstance(text, str) for text in texts) for texts in value.values()
    )
    if not fits:
        wrong.append(f"{where} is no language map: {value!r}")


def walk(value, where):
    """Every label, summary and value that stands anywhere; every id of a resource is an address, and none is there twice."""
    if isinstance(value, list):
        for number, one in enumerate(value):
            walk(one, f"{where}[{number}]")
    if not isinstance(value, dict):
        return
    for key, one in value.items():
        here = f"{where}.{key}"
        if key in ("label", "summary"):
            language_map(one, here)
        elif key in ("metadata", "requiredStatement"):
            for pair in one if isinstance(one, list) else [one]:
                language_map(pair.get("label"), f"{here}.label")
                language_map(pair.get("value"), f"{here}.value")
        elif key in ("id", "target") and not str(one).startswith(("http://", "https://")):
            wrong.append(f"{here} is no address: {one!r}")
        else:
            walk(one, here)


def main():
    manifest = json.load(sys.stdin)
    try:
        Manifest.model_validate(manifest)
    except ValidationError as error:
        wrong.extend(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
    if manifest.get("@context") != "http://iiif.io/api/presentation/3/context.json":
        wrong.append("the context isn't that of the Presentation API 3.0")
    walk(manifest, "manifest")
    canvases = manifest.get("items", [])
    ids = [canvas["id"] for canvas in canvases]
    if len(set(ids)) != len(ids) or any("#" in one for one in ids):
        wrong.append("canvases share an id, or one has a fragment")
    for canvas in canvases:
        pages = canvas.get("items", []) + canvas.get("annotations", [])
        for note in (note for page in pages for note in page["items"]):
            if note["target"].split("#")[0] != canvas["id"]:
                wrong.append(f"{note['id']} stands on another canvas")
        painted = [note for page in canvas.get("items", []) for note in page["items"]]
        if any(note["motivation"] != "painting" for note in painted):
            wrong.append(f"{canvas['id']}: something in items doesn't paint")
    print("\n".join(wrong))
    print(f"{len(canvases)} canvases")
    sys.exit(1 if wrong else 0)


main()
