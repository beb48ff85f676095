// `gradc inspect --derive`: how one gradient comes about, rule by rule, with values where numbers are put in.
import type { Derivation } from "../../compiler/derivation/derivation.ts";
import { latexDerivation } from "../../compiler/derivation/latex.ts";
import type { Wanted } from "../../compiler/derivation/tracing.ts";
import { writeDerivation } from "../../compiler/derivation/write.ts";
import { unknownName } from "../../compiler/diagnostics/definitions.ts";
import { entryNamed, gamesOf } from "../../runtime/program.ts";
import type { Format } from "../compile.ts";
import { derive, gradientNamed, gradientNames, withValues } from "../derive.ts";
import type { Opened } from "../open.ts";
import type { DerivationJson } from "../page/types.ts";
import type { Data } from "../tensor.ts";
import { jsonText, sourcesOf } from "./formula-page.ts";

interface DeriveOptions {
  /** The definition or the module. */
  readonly path: string;
  /** What the gradient is by, by its full name or by that of the page. */
  readonly derive: string;
  /** What it goes through, by its name. */
  readonly through?: string | undefined;
  readonly format: Format;
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
export async function derivationText(open: Open, { path, derive: asked, through, format, inputs }: DeriveOptions): Promise<string> {
  const { opened, wanted } = await find(open, asked);
  const traced = derive(opened.program, wanted, through);
  const derivation = inputs ? withValues(traced, opened.program, inputs, opened.variables) : traced.derivation;
  return writers[format](derivation, { path, name: opened.program.name });
}

/** What the derivation is of. */
interface Model {
  readonly path: string;
  readonly name: string;
}

async function asData(derivation: Derivation, { path, name }: Model): Promise<DerivationJson> {
  const { derivationJson } = await import("../page/derivation-json.ts");
  const places = derivation.steps.flatMap(({ paths }) => paths.flatMap(({ place }) => (place ? [place] : [])));
  return derivationJson(derivation, { name, sources: await sourcesOf(path, places) });
}

async function asPage(derivation: Derivation, model: Model): Promise<string> {
  const { derivationHtml } = await import("../page/derivation-html.ts");
  return derivationHtml(await asData(derivation, model));
}

const writers: Readonly<Record<Format, (derivation: Derivation, model: Model) => string | Promise<string>>> = {
  text: writeDerivation,
  latex: latexDerivation,
  json: async (derivation, model) => jsonText(await asData(derivation, model)),
  html: asPage,
};
