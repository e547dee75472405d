"""Counts what is checked, and keeps what is not as expected: where, what was expected, what was found."""

import contextlib
import itertools
import json


class Matcher:
    """Stands for a value that is not known beforehand."""

    def __init__(self, name, accepts):
        self.name, self.accepts = name, accepts

    def __repr__(self):
        return f"<{self.name}>"


A_TIME = Matcher("a time", lambda value: isinstance(value, str) and value[:2] == "20" and "T" in value)
A_TEXT = Matcher("a text", lambda value: isinstance(value, str) and value != "")
ABSENT = Matcher("absent", lambda _: False)


class GivenUp(Exception):
    """The rest of a scenario makes no sense."""


class Checks:
    """What was checked in all scenarios."""

    def __init__(self):
        self.passed, self.failed = 0, []
        self.scenario, self.step = "", ""

    @contextlib.contextmanager
    def part(self, scenario):
        """A scenario; what it raises is a failure of its last step."""
        self.scenario, self.step = scenario, "before the first step"
        try:
            yield
        except GivenUp:
            pass
        except Exception as error:  # Whatever it is, the other scenarios go on.
            self.fail(f"{type(error).__name__}: {error}")

    def at(self, step, *rules):
        """Names the step that the next checks belong to, and the rules that it rests on."""
        self.step = f"{step} ({', '.join(rules)})"

    def fail(self, what):
        """Keeps a failure."""
        self.failed.append(f"{self.scenario}: {self.step}: {what}"[:2000])

    def equal(self, what, actual, expected):
        """Compares two values; of objects and arrays the places that differ are told."""
        found = list(differences(what, actual, expected))
        if found:
            self.fail("; ".join(found))
        else:
            self.passed += 1
        return not found

    def must(self, what, actual, expected):
        """Compares, and gives the scenario up if there is a difference."""
        if not self.equal(what, actual, expected):
            raise GivenUp


def differences(where, actual, expected):
    """Yields where two values differ, and how."""
    if actual is expected:
        return
    if isinstance(expected, Matcher):
        if not expected.accepts(actual):
            yield f"{where}: expected {expected!r}, found {shown(actual)}"
    elif isinstance(expected, dict) and isinstance(actual, dict):
        for key in {**expected, **actual}:
            yield from differences(f"{where}.{key}", actual.get(key, ABSENT), expected.get(key, ABSENT))
    elif isinstance(expected, list) and isinstance(actual, list):
        for place, (one, other) in enumerate(itertools.zip_longest(actual, expected, fillvalue=ABSENT)):
            yield from differences(f"{where}[{place}]", one, other)
    elif type(actual) is not type(expected) or actual != expected:
        yield f"{where}: expected {shown(expected)}, found {shown(actual)}"


def shown(value):
    """A value as a short text."""
    text = repr(value) if isinstance(value, Matcher) else json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= 300 else f"{text[:300]}..."
