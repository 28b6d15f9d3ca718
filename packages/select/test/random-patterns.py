"""Random patterns and texts with what Python's re answers: SEED COUNT, as lines of JSON [pattern, [[text, found], ...] or null]."""
import json
import random
import re
import signal
import sys
import warnings

warnings.simplefilter("ignore")
chance = random.Random(int(sys.argv[1]))
pick = chance.choice

# Letters that are cased in unusual ways: Turkish i, long s, Kelvin, sharp s, sigmas, micro, ligatures, titlecase, iota below.
ODD = "sSkKiI\u0130\u0131\u017f\u212a\u00df\u1e9e\u00c9\u00e9\u03c3\u03c2\u03a3\u00b5\u03bc\u01c5\ufb05\ufb06\u0345\u03b9\u1fbe\u1e9b\u1e61\U0001f600"
POOLS = ["ab", "abAB", "aAbB01_ \n", "()[]{}.*+?|^$\\#-\t\r\x0b\x85\u2028\u00a0\u0663\u00b2ab", ODD, ODD]
RANGES = ["a-c", "A-Z", "0-9", "a-z", "I-k", "\u0130-\u0131", "\u03b1-\u03c9", "S-s", "\\x41-\\x5a", "\u1e00-\u1eff", "\ufb00-\ufb06",
          "K-\u212a", "!-~", "\u00b0-\u00bf", "\u0300-\u03ff", "a-\U0001f600"]
CLASSES = [r"\d", r"\w", r"\s", r"\D", r"\W", r"\S"]
PLACES = [r"\b", r"\B", r"\A", r"\Z", "^", "$"]
ESCAPES = [r"\x41", r"\u0131", r"\101", r"\0", r"\n", r"\.", r"\-", r"\t", r"\\", r"\60", r"\377", r"\400", r"\18", r"\99", r"\e", r"\_", r"\ "]
TIMES = ["*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{,2}", "{0}", "{1,}", "{2,}?", "{,}", "*+", "++", "?+", "{1,3}+", "{ 1}", "{1,2", "{a}", "{2}?"]
PARTS = ["(?:", "(?:", "(?=", "(?!", "(?<=", "(?<!", "(?>", "(?i:", "(?s:", "(?m:", "(?x:", "(?a:", "(?-i:", "(?i-s:", "(?ims:", "(?u:", "(?ai:"]
STARTS = ["", "", "", "(?i)", "(?i)", "(?x)", "(?s)", "(?m)", "(?a)", "(?ai)", "(?im)", "(?u)", "(?L)", "(?au)"]


class Pattern:
    def __init__(self):
        self.groups, self.names = 0, []

    def atom(self, depth):
        kind = chance.random()
        if kind < 0.4:
            return pick("aabbABc01sSkKiI" if chance.random() < 0.75 else ODD)
        if kind < 0.45:
            return "."
        if kind < 0.53:
            return pick(CLASSES)
        if kind < 0.58:
            return pick(PLACES)
        if kind < 0.67:
            return "[" + pick(["", "", "^"]) + "".join(pick([pick(ODD), pick(RANGES), pick(CLASSES), pick("]-^[&|")]) for _ in range(pick([1, 2, 3]))) + "]"
        if kind < 0.7:
            return pick(ESCAPES)
        if kind < 0.74 and self.groups:
            return f"(?P={pick(self.names)})" if self.names and chance.random() < 0.4 else f"\\{chance.randint(1, self.groups)}"
        if depth == 0:
            return pick("abAB")
        if kind < 0.82:
            self.groups += 1
            return "(" + self.alternatives(depth - 1) + ")"
        if kind < 0.85:
            name = f"n{len(self.names)}"
            self.groups += 1
            text = f"(?P<{name}>" + self.alternatives(depth - 1) + ")"
            self.names.append(name)
            return text
        if kind < 0.97:
            part = pick(PARTS)
            return part + self.alternatives(0 if "<" in part else depth - 1) + ")"
        if self.groups:
            given = pick([str(chance.randint(1, self.groups + 1)), *self.names])
            return f"(?({given}){self.sequence(depth - 1)}|{self.sequence(depth - 1)})"
        return pick(["(?#c)", "(?i)", "(?#", "#a\n", " "])

    def sequence(self, depth):
        return "".join(self.atom(depth) + (pick(TIMES) if chance.random() < 0.3 else "") for _ in range(pick([0, 1, 1, 2, 2, 3, 4])))

    def alternatives(self, depth):
        return "|".join(self.sequence(depth) for _ in range(pick([1, 1, 1, 2, 3])))


class TooLong(Exception):
    pass


def give_up(*_):
    raise TooLong


signal.signal(signal.SIGALRM, give_up)
for _ in range(int(sys.argv[2])):
    pattern = pick(STARTS) + Pattern().alternatives(3)
    # Python before 3.11.5 keeps what a possessive repetition of a group did before it failed.
    if re.search(r"\)([*+?]|\{[0-9,]*\})\+", pattern):
        continue
    texts = ["".join(pick(pool) for _ in range(pick([0, 1, 2, 3, 4, 6, 9]))) for pool in POOLS]
    try:
        compiled = re.compile(pattern)
    except (re.error, OverflowError, RecursionError, ValueError):
        print(json.dumps([pattern, None]))
        continue
    answers = []
    for text in texts:
        signal.setitimer(signal.ITIMER_REAL, 0.5)
        try:
            answers.append([text, compiled.search(text) is not None])
        except TooLong:
            pass
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    print(json.dumps([pattern, answers]))
