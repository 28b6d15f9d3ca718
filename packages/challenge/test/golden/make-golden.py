"""Writes golden.json: seeded cases and what scikit-learn, numpy and Pillow make of them.

Run in this folder with Debian's python3-sklearn (1.2.1), python3-numpy (1.24.2) and python3-pil (9.4.0): python3 make-golden.py
"""
import json
import warnings

import numpy as np
from PIL import Image
from sklearn import metrics as sk

warnings.simplefilter("ignore")
rng = np.random.default_rng(20161128)


def scores_of(mode, n):
    if mode == 0:  # ties everywhere
        return rng.integers(0, 4, n) / 4
    if mode == 1:  # some ties
        return rng.integers(0, 11, n) / 10
    if mode == 2:  # none
        return rng.random(n)
    return np.full(n, rng.integers(0, 3) / 2)  # all the same


def counts(truth, prediction, weights=None):
    w = np.ones(len(truth)) if weights is None else np.asarray(weights)
    t, p = np.asarray(truth) > 0.5, np.asarray(prediction) > 0.5
    return (w[t & p].sum(), w[~t & ~p].sum(), w[~t & p].sum(), w[t & ~p].sum())


def share(part, whole):
    return None if whole == 0 else float(part / whole)


def two_class(matrix):
    tp, tn, fp, fn = (float(x) for x in matrix)
    jaccard = share(tp, tp + fp + fn)
    return {
        "accuracy": share(tp + tn, tp + tn + fp + fn),
        "sensitivity": share(tp, tp + fn),
        "specificity": share(tn, tn + fp),
        "precision": share(tp, tp + fp),
        "negativePredictiveValue": share(tn, tn + fn),
        "jaccard": jaccard,
        "thresholdJaccard": None if jaccard is None else jaccard if jaccard >= 0.65 else 0.0,
        "dice": share(2 * tp, 2 * tp + fp + fn),
    }


def partial_auc(truth, scores, weights=None):
    """Turned round, and McClish's correction of roc_auc_score(max_fpr) undone."""
    end = 1 - 0.8
    least, most = 0.5 * end**2, end
    corrected = sk.roc_auc_score(1 - truth, -scores, max_fpr=end, sample_weight=weights)
    return float((2 * corrected - 1) * (most - least) + least)


def auc_above(truth, scores, weights, least=0.8):
    fpr, tpr, _ = sk.roc_curve(truth, scores, sample_weight=weights, drop_intermediate=False)
    k = int(np.argmax(tpr >= least))
    start = np.interp(least, tpr[k - 1 : k + 1], fpr[k - 1 : k + 1])
    return float(sk.auc(np.r_[start, fpr[k:]], np.r_[least, tpr[k:]]))


def specificity_at(truth, scores, least):
    fpr, tpr, _ = sk.roc_curve(truth, scores)
    return float(1 - fpr[np.argmax(tpr >= least)])


def ranking(truth, scores, weights=None):
    some = np.ones(len(truth), bool) if weights is None else weights > 0
    both = len(set(truth[some])) == 2
    return {
        # scikit-learn warns and says 0 without positives
        "averagePrecision": float(sk.average_precision_score(truth, scores, sample_weight=weights)) if truth[some].any() else None,
        "auc": float(sk.roc_auc_score(truth, scores, sample_weight=weights)) if both else None,
        "partialAuc": partial_auc(truth, scores, weights) if both else None,
        "aucAbove80Sensitivity": auc_above(truth[some], scores[some], None if weights is None else weights[some]) if both else None,
    }


def ranking_case(i):
    n = int(rng.integers(2, 40))
    truth = (rng.random(n) < [0.5, 0.1, 0.9, 0.0, 1.0][i % 5 if i % 7 else 0]).astype(float)
    scores = scores_of(i % 4, n)
    weights = rng.integers(0, 4, n) / 2 if i % 3 == 2 else None
    if weights is not None and not weights.any():
        weights[0] = 1.0
    case = {"truth": truth.tolist(), "scores": scores.tolist(), **({} if weights is None else {"weights": weights.tolist()})}
    expected = {**ranking(truth, scores, weights), **two_class(counts(truth, scores, weights))}
    if weights is None and len(set(truth)) == 2:
        for least in (82, 89, 95, 98, 99):
            expected[f"specificityAt{least}"] = specificity_at(truth, scores, least / 100)
    return {**case, "expected": expected}


def mask_of(width, height, kind):
    if kind == 0:
        return np.zeros((height, width), np.uint8)
    if kind == 1:
        return np.full((height, width), 255, np.uint8)
    return np.where(rng.random((height, width)) < rng.random(), 255, 0).astype(np.uint8)


def near(mask):
    """A mask that agrees with another mostly."""
    return np.where(rng.random(mask.shape) < 0.1, 255 - mask, mask).astype(np.uint8)


def mask_counts(truth, prediction):
    return counts(truth.ravel() > 128, prediction.ravel() > 128)


def resized(mask):
    return np.array(Image.fromarray(mask, "L").resize((512, 512), Image.NEAREST))


def text(mask):
    return "/".join("".join("1" if x else "0" for x in row) for row in mask)


def mask_case(i):
    width, height = (int(x) for x in rng.integers(1, 30, 2))
    truth = mask_of(width, height, i % 6)
    prediction = near(truth) if i % 3 else mask_of(width, height, i % 5)
    big = counts(resized(truth).ravel() > 128, resized(prediction).ravel() > 128)
    return {
        "truth": text(truth),
        "prediction": text(prediction),
        "expected": two_class(mask_counts(truth, prediction)),
        "resized": [int(x) for x in big],
    }


def decided(rows):
    rows = np.asarray(rows)
    best = rows.argmax(axis=1)
    ties = (rows == rows.max(axis=1, keepdims=True)).sum(axis=1) > 1
    return np.where(ties, -1, best)


def balanced(truth, prediction, classes, weights=None):
    w = np.ones(len(truth)) if weights is None else np.asarray(weights)
    table = sk.confusion_matrix(truth, prediction, labels=[-1, *range(classes)], sample_weight=w)[1:, :]
    recalls = [table[c, c + 1] / table[c].sum() for c in range(classes) if table[c].sum() > 0]
    return float(np.mean(recalls)) if recalls else None


def class_case(i):
    classes, n = (7, 9)[i % 2], int(rng.integers(1, 40))
    present = rng.permutation(classes)[: rng.integers(1, classes + 1)]
    truth = rng.choice(present, n)
    rows = rng.integers(0, 5, (n, classes)) / 4 if i % 3 == 0 else rng.random((n, classes)).round(3)
    weights = rng.integers(0, 3, n).astype(float) if i % 4 == 3 else None
    prediction = decided(rows)
    value = balanced(truth, prediction, classes, weights)
    if i % 3 and weights is None and set(prediction) <= set(truth):
        assert abs(value - sk.balanced_accuracy_score(truth, prediction)) < 1e-12
    return {
        "classes": classes,
        "truth": truth.tolist(),
        "rows": rows.tolist(),
        **({} if weights is None else {"weights": weights.tolist()}),
        "expected": value,
    }


def mean(values, undefined):
    filled = [undefined if v is None else v for v in values]
    known = [v for v in filled if v is not None]
    return float(np.mean(known)) if known else None


def means(all_metrics, undefined, keys=None):
    keys = keys or list(all_metrics[0])
    return {k: mean([m[k] for m in all_metrics], None if k in NEVER else undefined) for k in keys}


NEVER = {"auc", "averagePrecision", "aucAbove80Sensitivity", "partialAuc"}
MASK_KEYS = ["jaccard", "thresholdJaccard", "dice", "accuracy", "sensitivity", "specificity"]


def pick(metrics, keys):
    return {k: metrics[k] for k in keys}


def masks_task(task, undefined):
    files, per_image = {}, []
    for i in range(7):
        width, height = (int(x) for x in rng.integers(2, 24, 2))
        truth = mask_of(width, height, i)
        prediction = mask_of(width, height, 0) if i == 0 else near(truth)
        files[f"ISIC_{i:07d}"] = [text(truth), text(prediction)]
        per_image.append(pick(two_class(mask_counts(truth, prediction)), MASK_KEYS))
    return {"task": task, "masks": files, "perImage": per_image, "groups": {"mean": means(per_image, undefined)}}


def feature_masks_task(task, features, undefined, pool):
    files, sums = {}, {f: np.zeros(4) for f in features}
    for i in range(4):
        width, height = (int(x) for x in rng.integers(2, 20, 2))
        for f in features:
            truth = mask_of(width, height, 2 if i else int(rng.integers(0, 3)))
            prediction = near(truth)
            files[f"ISIC_{i:07d} {f}"] = [text(truth), text(prediction)]
            if pool == "resized":
                sums[f] += counts(resized(truth).ravel() > 128, resized(prediction).ravel() > 128)
            else:
                sums[f] += np.array(mask_counts(truth, prediction)) / truth.size
    keys = [k for k in MASK_KEYS if k != "thresholdJaccard"]
    groups = {f: pick(two_class(s), keys) for f, s in sums.items()}
    if pool == "resized":
        groups["mean"] = means(list(groups.values()), undefined)
    else:
        groups["microAverage"] = pick(two_class(sum(sums.values())), keys)
    return {"task": task, "masks": files, "groups": groups}


def arrays_task(task, features):
    files, joined = {}, {f: [[], []] for f in features}
    for i in range(6):
        n = int(rng.integers(5, 30))
        truth, prediction = {}, {}
        for f in features:
            # the first feature is nowhere in the second half of the images, the last one nowhere at all in 2017
            rate = 0.0 if (task == "2017-2" and f == features[-1]) or (f == features[0] and i > 2) else 0.3
            truth[f] = (rng.random(n) < rate).astype(float).tolist()
            prediction[f] = scores_of(i % 3, n).tolist()
            joined[f][0] += truth[f]
            joined[f][1] += prediction[f]
        files[f"ISIC_{i:07d}"] = [truth, prediction]
    keys = ["accuracy", "sensitivity", "specificity"]
    groups = {}
    for f, (t, p) in joined.items():
        t, p = np.array(t), np.array(p)
        groups[f] = {**pick(two_class(counts(t, p)), keys), **pick(ranking(t, p), ["averagePrecision", "auc"])}
    groups["mean"] = means(list(groups.values()), None)
    per_image = [
        pick(two_class(counts(t[f], p[f])), keys) for t, p in files.values() for f in features
    ]
    return {"task": task, "arrays": files, "perImage": per_image, "groups": groups}


def table_task(task, classes, undefined, weighted=False):
    n = 30
    truth = np.zeros((n, len(classes)))
    if len(classes) > 2:
        # the last class is nowhere in the truth
        truth[np.arange(n), rng.integers(0, len(classes) - 1, n)] = 1.0
    else:
        truth = (rng.random((n, len(classes))) < 0.3).astype(float)
        truth[0], truth[1] = 1.0, 0.0
    prediction = rng.integers(0, 11, (n, len(classes))) / 10 if task != "2019" else rng.random((n, len(classes))).round(4)
    weights = rng.integers(0, 3, n).astype(float) if weighted else np.ones(n)
    groups = {}
    for c, name in enumerate(classes):
        t, p = truth[:, c], prediction[:, c]
        m = {**two_class(counts(t, p, weights)), **ranking(t, p, weights)}
        keys = ["accuracy", "sensitivity", "specificity", "averagePrecision", "auc"]
        if task in ("2018-3", "2019"):
            keys += ["dice", "precision", "negativePredictiveValue", "aucAbove80Sensitivity"]
        if task == "2024":
            keys += ["partialAuc"]
        groups[name] = pick(m, keys)
        for least in {"2016-3": (95, 98, 99), "2016-3b": (95, 98, 99), "2017-3": (82, 89, 95)}.get(task, ()):
            groups[name][f"specificityAt{least}"] = specificity_at(t, p, least / 100)
    if len(classes) > 1:
        groups["mean"] = means(list(groups.values()), undefined)
    if len(classes) > 2:
        groups["all"] = {"balancedAccuracy": balanced(decided(truth), decided(prediction), len(classes), weights)}
    return {
        "task": task,
        "truth": truth.tolist(),
        "prediction": prediction.tolist(),
        **({"weights": weights.tolist()} if weighted else {}),
        "groups": groups,
    }


SEVEN = ["MEL", "NV", "BCC", "AKIEC", "BKL", "DF", "VASC"]
NINE = ["MEL", "NV", "BCC", "AK", "BKL", "DF", "VASC", "SCC", "UNK"]

golden = {
    "ranking": [ranking_case(i) for i in range(80)],
    "masks": [mask_case(i) for i in range(60)],
    "classes": [class_case(i) for i in range(60)],
    "tasks": [
        masks_task("2016-1", None),
        arrays_task("2016-2", ["globules", "streaks"]),
        feature_masks_task("2016-2b", ["globules", "streaks"], None, "resized"),
        table_task("2016-3", ["malignant"], None),
        table_task("2016-3b", ["malignant"], None),
        masks_task("2017-1", None),
        arrays_task("2017-2", ["pigment_network", "negative_network", "milia_like_cyst", "streaks"]),
        table_task("2017-3", ["melanoma", "seborrheic_keratosis"], None),
        masks_task("2018-1", 1.0),
        feature_masks_task(
            "2018-2", ["pigment_network", "negative_network", "streaks", "milia_like_cyst", "globules"], 1.0, "normalized"
        ),
        table_task("2018-3", SEVEN, 1.0),
        table_task("2018-3", SEVEN, 1.0, weighted=True),
        table_task("2019", NINE, 1.0),
        table_task("2020", ["target"], 1.0),
        table_task("2024", ["target"], 1.0),
    ],
}

with open("golden.json", "w") as file:
    json.dump(golden, file, separators=(",", ":"))
    file.write("\n")
