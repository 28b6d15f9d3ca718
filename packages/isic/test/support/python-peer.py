"""Runs the Python client `isicarchive` for python-peer.node.test.ts.

Takes one JSON object on the standard input and prints one on the standard output:

    origin      where the archive is served, over plain http
    folder      the cache folder
    login       [name, password], or null for a guest
    images      names of images whose photo and superpixels are loaded
    index       whether cache_images() is called
    study       name of a study whose annotations are loaded

The answer tells what was loaded, what was asked of the server (paths below the API), and every warning.
"""

import contextlib
import hashlib
import json
import sys
import warnings

import numpy
import requests

# The client is of 2020 and uses names that NumPy removed in 1.24.
for name, kind in {"float": float, "int": int, "bool": bool}.items():
    if name not in numpy.__dict__:
        setattr(numpy, name, kind)

from isicarchive import vars as settings  # noqa: E402
from isicarchive.api import IsicApi  # noqa: E402


def digest(values, kind):
    """SHA-256 of an array's values in row order, little-endian."""
    return hashlib.sha256(numpy.ascontiguousarray(values, dtype=kind).tobytes()).hexdigest()


def load_image(api, name):
    image = api.image(name=name)
    image.load_image_data()
    image.load_superpixels()
    labels = image.superpixels["idx"]
    height, width = labels.shape
    return {
        "id": image.id,
        "photo": list(image.data.shape),
        "labels": [int(height), int(width)],
        "count": int(image.superpixels["max"]) + 1,
        "sha256": digest(labels, "<i4"),
    }


def load_study(api, name):
    study = api.study(name=name)
    stopped = None
    try:
        study.load_annotations()
    except KeyError as error:
        # The client looks for the readers' logins after it has written its file; a guest is not told them.
        if error.args != ("login",):
            raise
        stopped = "login"
    marks = {key: each.features for key, each in study._obj_annotations.items() if each.features}
    return {"id": study.id, "annotations": len(study.annotations), "marks": marks, "stopped": stopped}


def run(order):
    base = order["origin"] + "/api/v1/"
    asked = []
    send = requests.get

    def get(url, *args, **named):
        asked.append(url[len(base):])
        return send(url, *args, **named)

    requests.get = get
    # The constructor's `hostname` has to be https; the setting that it falls back to may be anything.
    settings.ISIC_BASE_URL = order["origin"]
    login, password = order["login"] or (None, None)
    api = IsicApi(login, password, cache_folder=order["folder"])
    answer = {"username": api.username}
    if order.get("index"):
        api.cache_images()
    answer["index"] = sorted(api.image_cache)
    answer["images"] = {name: load_image(api, name) for name in order.get("images", [])}
    if "study" in order:
        answer["study"] = load_study(api, order["study"])
    return {**answer, "asked": asked}


with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stdout(sys.stderr):
    warnings.simplefilter("always")
    result = run(json.load(sys.stdin))
texts = [str(each.message) for each in caught if issubclass(each.category, UserWarning)]
json.dump({**result, "warnings": texts}, sys.stdout)
