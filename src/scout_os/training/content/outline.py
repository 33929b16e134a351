"""Checks across a pack: ids are well-formed and unique, orders run from 1 to n, unlock rules point to levels."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import yaml

from scout_os.training.content.fields import Fields
from scout_os.training.content.issues import Place, Report, shown

MAX_ID = 100
SECTION = re.compile("[a-z]+")
UNIT = re.compile("([a-z]+)_u[1-9][0-9]*")
LEVEL = re.compile("([a-z]+_u[1-9][0-9]*)_l[1-9][0-9]*")
QUESTION = re.compile("q_([a-z]+_u[1-9][0-9]*_l[1-9][0-9]*)_[0-9]{2,}")
_FORMS = {SECTION: "lower-case letters", UNIT: "<section>_u<n>", LEVEL: "<unit>_l<m>", QUESTION: "q_<level>_<nn>"}
_EXAMPLES = {SECTION: "tali", UNIT: "tali_u1", LEVEL: "tali_u1_l2", QUESTION: "q_tali_u1_l2_01"}


@dataclass(frozen=True)
class UnlockRule:
    """`level` opens once `requires` is completed."""

    level: str
    requires: str
    place: Place


class Outline:
    """Ids and unlock rules of all files, collected while the files are read."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._places: dict[str, Place] = {}
        self._rules: list[UnlockRule] = []

    def read_id(self, fields: Fields, form: re.Pattern[str], parent: str = "") -> str:
        """The mapping's id, checked and remembered; empty when refused."""
        node = fields.find("id")
        value = fields.word("id")
        if node is None or not value:
            return ""
        place = fields.source.place(node)
        match = form.fullmatch(value) if len(value) <= MAX_ID else None
        if match is None:
            like = f"{_FORMS[form]}, such as {_EXAMPLES[form]}"
            self._report.add(place, f"id: {shown(value)} is not of the form {like}")
        elif parent and match[1] != parent:
            self._report.add(place, f"id: {shown(value)} does not belong to {parent} ({_FORMS[form]})")
        if value in self._places:
            self._report.add(place, f"id: {shown(value)} is taken already at {self._places[value]}")
        self._places.setdefault(value, place)
        return value if match else ""

    def add_rule(self, rule: UnlockRule) -> None:
        self._rules.append(rule)

    def check_rules(self, *, unread: bool) -> None:
        """Note rules to unknown levels and circles. An unknown section may be in one of the `unread` files."""
        for rule in self._rules:
            if rule.requires == rule.level:
                self._report.add(rule.place, f"unlock_rule: {rule.level} requires itself")
            elif LEVEL.fullmatch(rule.requires) is None:
                self._report.add(rule.place, f"unlock_rule: {shown(rule.requires)} is not a level id")
            elif rule.requires not in self._places and not (unread and self._is_unseen(rule.requires)):
                self._report.add(rule.place, f"unlock_rule: there is no level {shown(rule.requires)}")
        for circle in _circles(self._rules):
            path = " → ".join([rule.level for rule in circle] + [circle[0].level])
            self._report.add(circle[0].place, f"unlock_rule: a circle that never opens: {path}")

    def _is_unseen(self, level: str) -> bool:
        return level.partition("_")[0] not in self._places


def check_orders(entries: Iterable[tuple[int, Place]], name: str, report: Report) -> None:
    """Note each order that breaks 1..n; 0 stands for a value that was refused before."""
    orders = list(entries)
    missing = sorted(set(range(1, len(orders) + 1)) - {order for order, _ in orders})
    gap = f"; missing: {', '.join(map(str, missing[:10]))}" if missing else ""
    taken: dict[int, Place] = {}
    for order, place in orders:
        if order > len(orders):
            report.add(place, f"{name}: {order} leaves a gap, the {len(orders)} here count from 1{gap}")
        elif order and order in taken:
            report.add(place, f"{name}: {order} is taken already at {taken[order]}{gap}")
        taken.setdefault(order, place)


def place_of(fields: Fields, field: str) -> Place:
    """The place of the field's value; that of the mapping if the field is missing."""
    node: yaml.Node = fields.find(field) or fields.node
    return fields.source.place(node)


def _circles(rules: Iterable[UnlockRule]) -> Iterable[list[UnlockRule]]:
    """Each circle once. A level has one rule, so following rules from any level ends or goes round."""
    by_level: dict[str, UnlockRule] = {}
    for rule in rules:
        by_level.setdefault(rule.level, rule)
    done: set[str] = set()
    for start in by_level:
        path: dict[str, UnlockRule] = {}
        level = start
        while level in by_level and level not in done:
            done.add(level)
            path[level] = by_level[level]
            level = by_level[level].requires
        if level in path and by_level[level].requires != level:
            names = list(path)
            yield [path[name] for name in names[names.index(level) :]]
