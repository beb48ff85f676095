// `gradc inspect --derive`: how one gradient comes about, rule by rule, with values where numbers are put in.
import { basename } from "node:path";
import type { Wanted } from "../../compiler/derivation/derive.ts";
import { writeDerivation } from "../../compiler/derivation/write.ts";
import { unknownName } from "../../compiler/diagnostics/definitions.ts";
import { entryNamed, gamesOf } from "../../runtime/program.ts";
import type { Format } from "../compile.ts";
import { derive, gradientNamed, gradientNames, withValues } from "../derive.ts";
import type { Opened } from "../open.ts";
import type { Data } from "../tensor.ts";

interface DeriveOptions {
  /** What the gradient is by, by its full name or by that of the page. */
  readonly derive: string;
  readonly format: Format;
  /** The path of the definition. */
  readonly path: string;
  /** The numbers that are put in. */
  readonly inputs?: Readonly<Record<string, Data>> | undefined;
}

/** Opens the model for the gradients by what is named; by its parameters where nothing is. */
type Open = (wrt?: readonly string[]) => Promise<Opened>;

/** The model with the gradient that is asked for, which its page shows. @throws GradcError `unknown-name`, `no-gradient` */
async function find(open: Open, asked: string): Promise<{ readonly opened: Opened; readonly wanted: Wanted }> {
  const whole = await open();
  const shown = gradientNamed(whole.program, asked);
  if (shown) return { opened: whole, wanted: shown };
  const { entries } = whole.program;
  if (gamesOf(entries).length > 0 && !entryNamed(entries, "gradients")) throw unknownName("gradient by", asked, gradientNames(whole.program));
  const opened = await open([asked]);
  return { opened, wanted: gradientNamed(opened.program, asked) as Wanted };
}

/** The derivation in the format. @throws GradcError `unknown-name`, `no-gradient`, and as `interpret` */
export async function derivationText(open: Open, { derive: asked, format, path, inputs }: DeriveOptions): Promise<string> {
  const { opened, wanted } = await find(open, asked);
  const traced = derive(opened.program, wanted);
  const derivation = inputs ? withValues(traced, opened.program, inputs, opened.variables) : traced.derivation;
  return format === "json" ? JSON.stringify(derivation, null, 2) : writeDerivation(derivation, basename(path));
}
