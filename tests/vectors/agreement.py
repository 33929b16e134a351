"""Prints questions with answers and the service's verdicts, for the app to judge as well: all of the pack, and generated ones.

`python -m tests.vectors.agreement [SEED]` writes one JSON document.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from typing import Any

from scout_os.training.content import read_pack
from scout_os.training.grading import grade
from scout_os.training.models import Question
from scout_os.training.signals import MORSE, SEMAPHORE, morse_signs, semaphore_poses
from tests.packs.editing import NEW_KINDS, SIX_TYPES
from tests.servers import PACK_DIR
from tests.training import spellings

GENERATED = 5_000
"""Answers to questions that are generated, too."""
NEWER = 1_000
"""Of these, to the kinds that came later."""
EACH = 4
"""Altered answers to each question of a pack."""
_WRITTEN = ".-. /–·"


def agreement(seed: int) -> dict[str, Any]:
    """Questions as the API sends them, each with answers and whether they are right."""
    chance = random.Random(seed)
    packs = [read_pack(directory) for directory in (PACK_DIR, SIX_TYPES, NEW_KINDS)]
    asked = [one for pack in packs for _, question in pack.questions() for one in (question, question.instead) if one]
    of_packs = [_judged(question, [None, *_answers(chance, question)]) for question in asked]
    half = (GENERATED - NEWER) // 2
    pairs = [*spellings.same(seed, half), *spellings.different(seed, half), *_newer(chance, NEWER)]
    generated = [_judged(Question("q", 1, kind, "?", payload, "!"), [answer]) for kind, payload, answer in pairs]
    return {"seed": seed, "of_the_pack": len(list(packs[0].questions())), "questions": [*of_packs, *generated]}


def _judged(question: Question, answers: list[Any]) -> dict[str, Any]:
    judged = [{"answer": answer, "correct": grade(question, answer)} for answer in answers]
    return {"id": question.id, "type": question.type, "payload": question.payload, "answers": judged}


def _answers(chance: random.Random, question: Question) -> Iterator[Any]:
    """The right answer, and answers that look like it, or nearly."""
    right = _right(question)
    yield right
    for _ in range(EACH):
        yield _varied(chance, right)


def _right(question: Question) -> Any:
    payload = question.payload
    match question.type:
        case "word_bank":
            return payload["correct_order"]
        case "matching":
            return {pair["left"]: pair["right"] for pair in payload["pairs"]}
        case "ordering":
            return payload["items"]
        case "morse_tap":
            return morse_signs(payload["correct_answer"])
        case "semaphore_pose":
            return semaphore_poses(payload["correct_answer"])[0]
        case "order_pictures":
            return [item["id"] for item in payload["items"]]
    return payload["correct_answer"]


def _varied(chance: random.Random, answer: Any) -> Any:
    """The same kind of answer, in another spelling or order, or with something changed."""
    match answer:
        case bool():
            return not answer
        case str():
            told = chance.choice(spellings.CHANGES)(chance, answer) if answer and chance.random() < 0.5 else answer
            return spellings.respelt(chance, told, typed=chance.random() < 0.5)
        case dict():
            values = list(answer.values())
            if chance.random() < 0.5:
                chance.shuffle(values)
            return {left: _varied(chance, right) for left, right in zip(answer, values, strict=True)}
        case [int(), *_]:
            return chance.choice([answer[::-1], [chance.randrange(8), chance.randrange(8)]])
    places = list(range(len(answer)))
    if chance.random() < 0.5:
        chance.shuffle(places)
    return [_varied(chance, answer[place]) for place in places][: len(answer) - (chance.random() < 0.1)]


def _newer(chance: random.Random, count: int) -> Iterator[spellings.Pair]:
    """Questions of the kinds that came later, with an answer that is right, nearly right or any."""
    for _ in range(count):
        match chance.choice(["morse_tap", "semaphore_pose", "order_pictures", "point_on_map"]):
            case "morse_tap":
                words = ["".join(chance.choices([*MORSE], k=chance.randint(1, 4))) for _ in range(chance.randint(1, 3))]
                key = " ".join(words)
                signs = morse_signs(key)
                place = chance.randrange(len(signs))
                wrong = signs[:place] + chance.choice(_WRITTEN) + signs[place + chance.randint(0, 1) :]
                yield (
                    "morse_tap",
                    {"correct_answer": key},
                    spellings.respelt(chance, chance.choice([signs, wrong]), typed=False),
                )
            case "semaphore_pose":
                key = chance.choice([*SEMAPHORE])
                pose = semaphore_poses(key)[0]
                yield "semaphore_pose", {"correct_answer": key}, chance.choice([pose[::-1], _varied(chance, pose)])
            case "order_pictures":
                ids = chance.sample(["a", "b-1", "b_1", "c", "10", "9"], chance.randint(2, 5))
                media = {"kind": "morse", "text": "E", "alt": "?"}
                payload = {"items": [{"id": name, "media": media} for name in ids]}
                yield (
                    "order_pictures",
                    payload,
                    chance.choice([ids, chance.sample(ids, len(ids)), ids[1:], [*ids, "a"]]),
                )
            case _:
                yield (
                    "point_on_map",
                    {"correct_answer": "b-1"},
                    chance.choice(["b-1", "b–1", "B-1", "b1", "", " b-1 ", "a"]),
                )


if __name__ == "__main__":
    chosen = int(sys.argv[1]) if len(sys.argv) > 1 else random.SystemRandom().randrange(2**32)
    sys.stdout.write(json.dumps(agreement(chosen)))
