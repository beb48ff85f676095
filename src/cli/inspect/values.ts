// The numbers of every value and gradient as a table.

import { alignColumns } from "../../../compiler/formula/columns.ts";
import type { Format } from "../../compile.ts";
import { type Interpreted, interpretProgram } from "../../interpret.ts";
import type { Opened } from "../../open.ts";
import { shortNumber } from "../terminal.ts";
import { paint } from "../visible.ts";
import type { Inputs } from "./given.ts";

/** Every named value and gradient at `inputs`, computed by the interpreter. */
export function valuesAt({ program, variables }: Opened, inputs: Inputs, format: Format): string {
  const { loss, outputs, values: named, gradients } = interpretProgram(program, inputs, { parameters: variables });
  const forward = new Map([...named, ...outputs, ...(Number.isNaN(loss) ? [] : [["loss", Float64Array.of(loss)] as const])]);
  if (format === "json") return JSON.stringify({ forward: plain(forward), gradients: plain(gradients) }, null, 2);
  const part = (title: string, numbers: Interpreted["values"]) => (numbers.size > 0 ? [`${paint("bold", title)}\n\n${numberTable(numbers)}`] : []);
  return [...part("Forward", forward), ...part("Gradients", gradients)].join("\n\n");
}

const plain = (numbers: Interpreted["values"]) => Object.fromEntries([...numbers].map(([name, data]) => [name, [...data]]));

/** Elements of a value that are shown. */
const mostShown = 8;

function numberTable(numbers: Interpreted["values"]): string {
  const rows = [...numbers].map(([name, data]) => {
    const more = data.length > mostShown ? `  … ${data.length} in all` : "";
    return [name, [...data.subarray(0, mostShown)].map(shortNumber).join("  ") + more];
  });
  return alignColumns(rows);
}
