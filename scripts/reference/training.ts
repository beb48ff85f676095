// The rules of optimizers, what penalties add, the values of schedules, and values at the start, as gradc prints and computes them.
import { equationsOf } from "../../compiler/describe/equations.ts";
import { readable } from "../../compiler/index.ts";
import { evaluate, valueAt } from "../../compiler/interpret.ts";
import type { Node } from "../../compiler/ir/node.ts";
import * as counters from "../../runtime/counters.ts";
import type { ProgramOptions } from "../../src/compile-options.ts";
import { makeFrom } from "../../src/definition-file.ts";
import { partsToRead } from "../../src/described.ts";
import { program } from "../../src/entries.ts";
import { f32, type Init, model, type Optimizer, ops, optim, type Penalty, parameter, type Schedule } from "../../src/index.ts";
import { initial } from "./examples/initial.ts";
import { optimizers, penalties, settings } from "./examples/training.ts";
import type { Described } from "./exports.ts";
import { block } from "./run.ts";

const fenced = (text: string): string => `\`\`\`\n${text}\n\`\`\``;

/** A model of one parameter, w. */
const oneParameter = (shape: readonly number[], init: Init) =>
  model("example", { x: f32("batch", 3) }, ({ x }) => {
    const w = parameter(shape, { init, name: "w" });
    const z = shape.length === 1 ? ops.mul(x, w) : ops.matmul(x, w);
    return { outputs: { z }, loss: ops.sum(z) };
  });

const partsWith = (options: ProgramOptions) =>
  makeFrom(oneParameter([3], "zeros"), undefined, (declared) => partsToRead(readable(program(declared, options))));

/** What a step makes of w and of the states that stand beside it; those whose new value stands below already are not said twice. */
async function ruleOf(optimizer: Optimizer): Promise<string> {
  const { updates } = equationsOf(await partsWith({ optimizer }));
  const equations = Object.values(updates);
  const defined = new Set(equations.flatMap(({ where }) => where.map(({ left }) => left.kind === "variable" && left.name)));
  return block(equations.filter(({ left }, i) => i === 0 || left.kind !== "variable" || !defined.has(`${left.name}⁺`)));
}

async function penaltyOf(penalty: Penalty): Promise<string> {
  const { forward, gradients } = equationsOf(await partsWith({ optimizer: optim.sgd(), penalties: [penalty] }));
  const { loss } = forward;
  return block([...(loss ? [loss] : []), ...Object.values(gradients)]);
}

/** Steps whose values are shown. */
const steps = [0, 1, 2, 3, 4, 5, 6];

const short = (value: number): string => String(Number(value.toPrecision(4)));

async function settingOf(schedule: Schedule): Promise<string> {
  const declared = model("example", { t: f32() }, ({ t }) => ({ outputs: { lr: schedule.value(t, schedule.base ?? 0) } }));
  const parts = await makeFrom(declared, undefined, (made) => partsToRead(readable(program(made))));
  const values = steps.map((t) => short(schedule.at(t))).join(", ");
  return `${block(Object.values(equationsOf(parts).forward))}\nlr at t = 0, 1, 2 …: ${values}`;
}

/** The elements of a parameter of 3 rows and 2 columns as `init` draws them. */
async function drawn(init: Init): Promise<string> {
  const value = await makeFrom(oneParameter([3, 2], init), undefined, (declared) => {
    const made = program(declared).entries.find(({ name }) => name === "init");
    return made?.updates.find(({ target }) => (target.params as { name?: string }).name === "w")?.value as Node;
  });
  const values = valueAt(evaluate([value], { sources: new Map([[counters.seed, { shape: [], data: [0], dtype: "i32" }]]) }), value);
  const rows = [0, 1, 2].map((row) => [...values.data.slice(2 * row, 2 * row + 2)].map((each) => String(Number(each.toFixed(3)))).join(", "));
  return `[${rows.map((row) => `[${row}]`).join(", ")}]`;
}

async function initTable(): Promise<string> {
  const lines = initial.map(async ([init, distribution]) => `| \`${JSON.stringify(init)}\` | ${distribution} | ${await drawn(init)} |`);
  const head = "`parameter([3, 2], { init })`, `in` being 3 and `out` 2, drawn with seed 0:\n\n| init | distribution | values |\n|---|---|---|";
  return `${head}\n${(await Promise.all(lines)).join("\n")}`;
}

const headOf = (text: string, left: string): string =>
  text.includes("\n") ? `Example:\n\n\`\`\`ts\n${left && `${left} = `}${text}\n\`\`\`` : `Example: \`${left && `${left} = `}${text}\`.`;

/** The example of an optimizer, a penalty, a schedule or of initial values. */
export async function trainingExamples({ name }: Described, codes: ReadonlyMap<string, string>): Promise<string[]> {
  if (name === "Init") return [await initTable()];
  const code = codes.get(name);
  const [optimizer, penalty, setting] = [optimizers[name], penalties[name], settings[name]];
  if (!code) return [];
  if (optimizer) return [headOf(code, ""), fenced(await ruleOf(optimizer()))];
  if (penalty) return [headOf(code, ""), fenced(await penaltyOf(penalty()))];
  return setting ? [headOf(code, "lr"), fenced(await settingOf(setting()))] : [];
}
