// The words of pages in English, by topic.
import { derivation } from "./derivation.ts";
import { functions } from "./functions.ts";
import { html } from "./html.ts";
import { marking } from "./marking.ts";
import { formFunctions } from "./number-functions.ts";
import { page } from "./page.ts";
import { picture, plot } from "./picture.ts";
import { rewrites } from "./rewrites.ts";
import { rules } from "./rules.ts";
import { scalars } from "./scalars.ts";
import { signs } from "./signs.ts";
import { training } from "./training.ts";

export const english = {
  /** As HTML and BCP 47 name the language. */
  lang: "en",
  ...page,
  signs,
  functions,
  /** Those that say what they mean below a line, for where no line does. */
  forms: formFunctions,
  rules,
  derivation,
  rewrites,
  scalars,
  html,
  picture,
  plot,
  marking,
  training,
};
