/** Everything that a learner reads, in both languages: one file a part of the app. The build makes a file a language of it. */

import * as about from "./about";
import * as account from "./account";
import * as board from "./board";
import * as install from "./install";
import * as lesson from "./lesson";
import * as me from "./me";
import * as media from "./media";
import * as path from "./path";
import * as problems from "./problems";
import * as questions from "./questions";
import * as refusals from "./refusals";
import * as result from "./result";
import * as settings from "./settings";
import * as shell from "./shell";
import * as waiting from "./waiting";

export const TABLE = {
  ...shell.TABLE,
  ...path.TABLE,
  ...lesson.TABLE,
  ...board.TABLE,
  ...questions.TABLE,
  ...media.TABLE,
  ...result.TABLE,
  ...problems.TABLE,
  ...install.TABLE,
  ...refusals.TABLE,
  ...account.TABLE,
  ...me.TABLE,
  ...settings.TABLE,
  ...waiting.TABLE,
  ...about.TABLE,
};
