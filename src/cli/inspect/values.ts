// The numbers of every value and gradient as a table.

import { alignColumns } from "../../../compiler/formula/columns.ts";
import { words } from "../../../compiler/words/words.ts";
import type { Format } from "../../compile.ts";
import { type Interpreted, interpretProgram } from "../../interpret.ts";
import type { Opened } from "../../open.ts";
import { shortNumber } from "../terminal.ts";
import { paint } from "../visible.ts";
import type { Inputs } from "./given.ts";

/** Every named value and gradient at `inputs`, computed by the interpreter. */
function numbersAt({ program, variables }: Opened, inputs: Inputs): Pick<Interpreted, "gradients"> & { readonly forward: Interpreted["values"] } {
  const { loss, outputs, values: named, gradients } = interpretProgram(program, inputs, { parameters: variables });
  return { forward: new Map([...named, ...outputs, ...(Number.isNaN(loss) ? [] : [["loss", Float64Array.of(loss)] as const])]), gradients };
}

/** They as data. */
export function interpreted(opened: Opened, inputs: Inputs): object {
  const { forward, gradients } = numbersAt(opened, inputs);
  return { forward: plain(forward), gradients: plain(gradients) };
}

/** They as a table, or as data. */
export function valuesAt(opened: Opened, inputs: Inputs, format: Format): string {
  if (format === "json") return JSON.stringify(interpreted(opened, inputs), null, 2);
  const { forward, gradients } = numbersAt(opened, inputs);
  const part = (title: string, numbers: Interpreted["values"]) => (numbers.size > 0 ? [`${paint("bold", title)}\n\n${numberTable(numbers)}`] : []);
  return [...part(words.titles.forward, forward), ...part(words.titles.gradients, gradients)].join("\n\n");
}

const plain = (numbers: Interpreted["values"]) => Object.fromEntries([...numbers].map(([name, data]) => [name, [...data]]));

/** Elements of a value that are shown. */
const mostShown = 8;

function numberTable(numbers: Interpreted["values"]): string {
  const rows = [...numbers].map(([name, data]) => {
    const more = data.length > mostShown ? `  … ${words.inAll(data.length)}` : "";
    return [name, [...data.subarray(0, mostShown)].map(shortNumber).join("  ") + more];
  });
  return alignColumns(rows);
}
