// Runs an example as the definition of a model, and writes its equations as gradc prints them.
import type { Described as DescribedParts, Detail } from "../../compiler/describe/describe.ts";
import { equationsOf } from "../../compiler/describe/equations.ts";
import { saidDifferently, saidInWords, without } from "../../compiler/describe/said-once.ts";
import { type Equation, writeEquation } from "../../compiler/formula/equation.ts";
import { readable } from "../../compiler/index.ts";
import { GradcError } from "../../runtime/error.ts";
import type { ProgramOptions } from "../../src/compile-options.ts";
import { makeFrom } from "../../src/definition-file.ts";
import { partsToRead } from "../../src/described.ts";
import { program } from "../../src/entries.ts";
import { f32, type InputDim, type InputType, type InputTypes, type Model, model, ops, type Tensor } from "../../src/index.ts";
import { at } from "../../src/scope.ts";
import type { Example } from "./examples/example.ts";

/** What is differentiated: the value itself, the sum of its elements, what gives it the gradient `g`, or nothing. */
export type Loss = "itself" | "sum" | "weighed" | "none";

/** An example with what is needed to show it. */
export interface Run extends Example {
  readonly loss: Loss;
  /** Inputs that are data: nobody asks for their gradients. */
  readonly data: ReadonlySet<string>;
  readonly detail: Detail;
}

/** The equations of a value, and those of the gradients. */
export interface Written {
  readonly forward: string;
  readonly gradients: string;
}

const place = { file: "example", line: 1, column: 1 };

/** The value as that of `const z = ...`, by which its layers are called. */
const assigned = ({ left, call }: Run, given: Readonly<Record<string, Tensor>>): Tensor =>
  at({ position: place, target: place, callee: "call", name: left, direct: true }, () => call(given));

/** The type of an input like `value`, if one may be like it. */
function likeOf({ dtype, shape }: Tensor): InputType | undefined {
  const isStatic = shape.every((dim, axis) => typeof dim === "number" || (axis === 0 && dim === "batch"));
  return dtype === "f32" && isStatic ? f32(...(shape as readonly InputDim[] as [])) : undefined;
}

function modelOf(run: Run, like: InputType | undefined): Model {
  const { left, loss, inputs } = run;
  const isLoss = loss === "itself" || (like !== undefined && loss === "sum");
  const types: InputTypes = like && loss === "weighed" ? { ...inputs, g: like } : inputs;
  return model("example", types, (given) => {
    const value = assigned(run, given);
    const { g } = given;
    if (isLoss) return { outputs: { [left]: value }, loss: loss === "itself" ? value : ops.sum(value) };
    return g ? { outputs: { [left]: value }, loss: ops.sum(ops.mul(g, value)) } : { outputs: { [left]: value } };
  });
}

const partsOf = (of: Model, options: ProgramOptions) => makeFrom(of, undefined, (declared) => partsToRead(readable(program(declared, options))));

/** The parameters of `of`, and its inputs that are numbers and no data. */
async function variablesOf(of: Model, { data, inputs }: Run): Promise<string[]> {
  const floats = Object.entries(inputs).flatMap(([name, { dtype }]) => (dtype === "f32" && !data.has(name) ? [name] : []));
  const declarations = await makeFrom(of, undefined, ({ graph }) => [...graph.declarations.values()]);
  return [...floats, ...declarations.filter(({ role, trainable }) => role === "parameter" && trainable).map(({ name }) => name)];
}

const isRefused = (error: unknown): boolean => error instanceof GradcError && ["no-gradient", "unknown-name"].includes(error.code);

/** The program with the gradients that there are. */
async function differentiated(of: Model, wrt: readonly string[]): Promise<DescribedParts | undefined> {
  try {
    return await partsOf(of, { wrt });
  } catch (error) {
    if (!isRefused(error)) throw error;
    if (wrt.length <= 1) return undefined;
    const alone = await Promise.all(wrt.map(async (name) => ((await differentiated(of, [name])) ? [name] : [])));
    return alone.flat().length > 0 ? partsOf(of, { wrt: alone.flat() }) : undefined;
  }
}

/** Equations below each other, with the definitions of all of them below the last, but for those that stand below `before`. */
export function block(equations: readonly Equation[], before: readonly Equation[] = []): string {
  const said = new Set(before.flatMap((equation) => equation.where).map((definition) => JSON.stringify(definition)));
  const all = equations.flatMap((equation) => equation.where).filter((definition) => !said.has(JSON.stringify(definition)));
  const several = saidDifferently(all);
  const where = new Map(without(all, several).map((definition) => [JSON.stringify(definition.left), definition]));
  const last = equations.length - 1;
  const more = equations.some((equation) => equation.more);
  const lines = equations.map((equation, i) =>
    writeEquation({ ...equation, where: i === last ? [...where.values()] : [], more: more && i === last }, "text"),
  );
  return [...lines, ...saidInWords(all, several).map((meaning) => `${" ".repeat(8)}${meaning}`)].join("\n");
}

/** The equations of `run`. */
export async function written(run: Run): Promise<Written> {
  const plain = modelOf({ ...run, loss: "weighed" }, undefined);
  const value = await makeFrom(plain, undefined, ({ outputs }) => outputs[run.left] as Tensor);
  const like = run.loss === "none" ? undefined : likeOf(value);
  const whole = modelOf(run, like);
  const wrt = like || run.loss === "itself" ? await variablesOf(plain, run) : [];
  const parts = (wrt.length > 0 && (await differentiated(whole, wrt))) || (await partsOf(plain, {}));
  const { forward, gradients } = equationsOf(parts, run.detail);
  const { loss, ...values } = forward;
  const shown = run.left === "loss" && loss ? [loss] : withoutCopies(values, run.left);
  return { forward: block(shown), gradients: block(Object.values(gradients), shown) };
}

/** The values of a layer, but for those that are its value under another name. */
function withoutCopies(values: Readonly<Record<string, Equation>>, left: string): Equation[] {
  const whole = JSON.stringify(values[left]?.right);
  return Object.entries(values).flatMap(([name, equation]) => (name !== left && JSON.stringify(equation.right) === whole ? [] : [equation]));
}
