// `gradc inspect` in scalars: each neuron by its own formula, and with --at by its numbers.
import { missingOption } from "../../../compiler/diagnostics/commands.ts";
import { notOnPage } from "../../../compiler/diagnostics/scalars.ts";
import { settingOutOfRange, shown } from "../../../compiler/diagnostics/settings.ts";
import { expandedPart, mostExpanded, weightsIn } from "../../../compiler/scalars/expand.ts";
import { networkOf } from "../../../compiler/scalars/network.ts";
import { examplesIn, type Given, numberParts } from "../../../compiler/scalars/numbers.ts";
import { type ScalarPage, scalarPage, writtenIn } from "../../../compiler/scalars/page.ts";
import type { Notation } from "../../../compiler/scalars/signs.ts";
import { missingInput } from "../../../runtime/diagnostics.ts";
import { GradcError } from "../../../runtime/error.ts";
import { sourcesOf } from "../../interpret.ts";
import type { Opened } from "../../open.ts";
import type { OptimizerName } from "../options.ts";
import { type Inputs, readInputs, withWeights } from "./given.ts";

/** What asks for a page of scalars, and what it is to hold. */
export interface ScalarOptions {
  readonly notation?: "names" | "neurons" | "modules";
  readonly index?: boolean;
  readonly at?: string;
  readonly weights?: string;
  readonly optimizer: OptimizerName | "none";
  readonly lr?: number;
  readonly expand?: boolean | "all";
}

/** The notation of the page, where one of scalars is asked for. */
export function notationOf({ notation, index, lr }: ScalarOptions): Notation | undefined {
  const isNamed = notation === undefined || notation === "names";
  if (index && !isNamed)
    throw notOnPage(`--index and --notation ${notation}`, "one of them: --index is the index form by the names of the definition");
  if (!index && isNamed && lr !== undefined) throw missingOption("--lr", "the numbers of a step", "--notation neurons --at FILE");
  return index ? "index" : isNamed ? undefined : notation;
}

/** The learning rate of the step that numbers are put into. PyTorch's where none is given. */
function rateOf({ optimizer, lr }: ScalarOptions): number | undefined {
  if (optimizer !== "none" && optimizer !== "sgd") throw notOnPage(`--optimizer ${optimizer}`, "--optimizer sgd, or --lr alone");
  return lr ?? (optimizer === "sgd" ? 1e-3 : undefined);
}

/** The data of a model at `inputs`. @throws GradcError `setting-out-of-range` for numbers that are not finite */
function givenAt({ program, variables }: Opened, inputs: Inputs): Given {
  const { sources } = sourcesOf(program, inputs, variables);
  return new Map(
    [...sources].map(([name, { data }]) => {
      const odd = Array.from(data).find((each) => !Number.isFinite(each));
      if (odd !== undefined) throw settingOutOfRange(`Cannot put in "${name}"`, "data", shown(odd), "finite numbers");
      return [name, data];
    }),
  );
}

/** The page of a model in `notation`. @throws GradcError `no-neurons` where it is no chain of linear layers */
export async function scalarsOf(opened: Opened, notation: Notation, options: ScalarOptions): Promise<ScalarPage> {
  const rate = rateOf(options);
  const network = networkOf(opened.program);
  if (options.at === undefined) {
    if (options.lr !== undefined) throw missingOption("--lr", "the numbers of a step", "--at FILE");
    return withExpanded(scalarPage(writtenIn(network, notation)), opened, options);
  }
  const names = [network.input.params.name, ...(network.loss?.target ? [network.loss.target.params.name] : [])];
  const inputs = await readInputs(options.at);
  for (const name of names) if (!Object.hasOwn(inputs, name)) throw missingInput(name, "interpret");
  const given = givenAt(await withWeights(opened, options.weights), inputs);
  const written = writtenIn(network, notation, examplesIn(network, notation, given));
  const page = withExpanded(scalarPage(written), opened, options);
  return { ...page, parts: [...page.parts, ...numberParts(written, given, rate)] };
}

/** The page with its formulas written out, where that is asked for. */
function withExpanded(page: ScalarPage, { program }: Opened, { expand }: ScalarOptions): ScalarPage {
  if (!expand) return page;
  return { ...page, parts: [...page.parts, ...expandedPart(networkOf(program), expand === "all")] };
}

/** The formulas of a small network written out in scalars; nothing for one that is large or no chain of layers. */
export function writtenOut({ program }: Opened, isWhole: boolean): ScalarPage | undefined {
  try {
    const network = networkOf(program);
    if (weightsIn(network) > mostExpanded) return undefined;
    const { conventions } = scalarPage(writtenIn(network, "neurons"));
    return { conventions, parts: expandedPart(network, isWhole) };
  } catch (error) {
    if (error instanceof GradcError && error.code === "no-neurons") return undefined;
    throw error;
  }
}
