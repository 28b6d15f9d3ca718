"""Runs the Python client `isicarchive`, of 2020 or of August 2019, for python-peer.node.test.ts.

Takes one JSON object on the standard input and prints one on the standard output:

    origin      where the archive is served, over plain http
    folder      the cache folder
    login       [name, password], or null for a guest
    images      names of images whose photo and superpixels are loaded
    index       whether cache_images() is called
    study       name of a study whose annotations are loaded
    masks       names of images whose segmentations are cached, and whose mask is loaded (2020 only)

The answer tells what was loaded, what was asked of the server (paths below the API), every warning, and every printed line
but for bars of progress.
"""

import contextlib
import hashlib
import io
import json
import sys
import types
import warnings

import numpy
import requests

# The client is of 2020 and uses names that NumPy removed in 1.24.
for name, kind in {"float": float, "int": int, "bool": bool}.items():
    if name not in numpy.__dict__:
        setattr(numpy, name, kind)

# The client of 2019 imports what it shows pictures with in notebooks.
try:
    import ipywidgets  # noqa: F401
except ImportError:
    for name, part in {"ipywidgets": "Image", "IPython": "version_info", "IPython.display": "display"}.items():
        sys.modules[name] = types.ModuleType(name)
        setattr(sys.modules[name], part, None)

from isicarchive import vars as settings  # noqa: E402
from isicarchive.api import IsicApi  # noqa: E402


def digest(values, kind):
    """SHA-256 of an array's values in row order, little-endian."""
    return hashlib.sha256(numpy.ascontiguousarray(values, dtype=kind).tobytes()).hexdigest()


def load_image(api, name):
    image = api.image(name=name)
    load = "load_image_data" if hasattr(image, "load_image_data") else "load_imagedata"
    getattr(image, load)()
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


def load_masks(api, names):
    api.cache_segmentations([api.image_cache[api.images[name]] for name in names])
    masks = {}
    for name in names:
        image = api.image(name=name)
        image.load_segmentation()
        found = image._segmentation
        masks[name] = found and {"id": found.id, "skill": found.skill, "area": int(found.area)}
    return masks


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
    if "masks" in order:
        answer["masks"] = load_masks(api, order["masks"])
    if "study" in order:
        answer["study"] = load_study(api, order["study"])
    return {**answer, "asked": asked}


printed = io.StringIO()
with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stdout(printed):
    warnings.simplefilter("always")
    result = run(json.load(sys.stdin))
texts = [str(each.message) for each in caught if issubclass(each.category, UserWarning)]
lines = [line for line in printed.getvalue().replace("\r", "\n").split("\n") if line.strip() and "%" not in line]
json.dump({**result, "warnings": texts, "printed": lines}, sys.stdout)
