import type { Question } from "../../src/learning/questions";

/** A question as the service sends it. */
export function question(type: string, payload: object, order = 1): Question {
  return { id: `q${order}`, level_id: "l", question: "?", xp: 1, order, type, payload };
}
