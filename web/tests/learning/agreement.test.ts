/// <reference types="node" />
import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { grade } from "../../src/learning/grading";
import type { Answer, KeyedQuestion } from "../../src/learning/questions";

interface Judged {
  id: string;
  type: string;
  payload: object;
  answers: { answer: Answer; correct: boolean }[];
}

const ROOT = resolve(import.meta.dirname, "../../..");

test("the app judges as the service does: all questions of the pack, and thousands of generated answers", () => {
  // With AGREEMENT_SEED, a run is repeated.
  const module = ["-m", "tests.vectors.agreement", ...(process.env.AGREEMENT_SEED?.split(" ") ?? [])];
  const said = execFileSync(resolve(ROOT, ".venv/bin/python"), module, { cwd: ROOT, maxBuffer: 2 ** 28 });
  const { seed, of_the_pack, questions } = JSON.parse(said.toString()) as {
    seed: number;
    of_the_pack: number;
    questions: Judged[];
  };
  const disputed = questions.flatMap((question) =>
    question.answers
      .filter(({ answer, correct }) => grade(question as unknown as KeyedQuestion, answer) !== correct)
      .map((judged) => ({ ...question, answers: judged })),
  );
  const answers = questions.flatMap((question) => question.answers);
  const right = answers.filter(({ correct }) => correct).length;
  process.stdout.write(
    `${answers.length} answers to ${questions.length} questions (${of_the_pack} of the pack) judged alike, ${right} of them right; seed ${seed}\n`,
  );
  expect(disputed, `seed ${seed}`).toEqual([]);
});
