/** A level on the device, without a service to bring it. */

import type { Question } from "../src/learning/questions";
import { openDeviceDatabase } from "../src/store/device-database";

const TEXTS = { title: "l", title_en: null, description: null, description_en: null };
const MADE = { is_active: true, created_at: "2026-01-01T00:00:00Z" };
const LEVEL = {
  ...{ id: "l", unit_id: "u", title: "Level", title_en: null, level_number: 1, difficulty: "easy" },
  ...{ total_questions: 2, min_correct: 1, xp_reward: 10, unlock_rule: { type: "start", value: true }, ...MADE },
};

/** Put a section with one unit and its level `l`, which has these questions, on the device. */
export async function putLevel(questions: Question[]): Promise<void> {
  const device = await openDeviceDatabase();
  const unit = { id: "u", section_id: "s", order: 1, total_levels: 1, ...TEXTS, ...MADE, levels: [LEVEL] };
  const kept = { grading: "client", etag: null, has_english: true, downloaded_at: 0 } as const;
  await device.put("sections", { id: "s", tier: "free", order: 1, ...TEXTS, ...MADE, ...kept, units: [unit] });
  const downloaded = { account: "", level_id: "l", attempt_id: null, expires_at: null, downloaded_at: 0, questions };
  await device.put("levels", downloaded);
  device.close();
}
