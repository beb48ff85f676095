// What a function of tensors computes and its gradients, as gradc prints them of a model that calls it and does nothing else.
import { describe } from "../../compiler/describe/describe.ts";
import { prepare } from "../../compiler/index.ts";
import { GradcError } from "../../runtime/error.ts";
import { makeFrom } from "../../src/definition-file.ts";
import { partsToRead } from "../../src/described.ts";
import { program } from "../../src/entries.ts";
import { f32, type InputTypes, i32, losses, model, nn, ops, type Tensor } from "../../src/index.ts";
import type { Described } from "./exports.ts";

type Call = (...xs: readonly Tensor[]) => Tensor;

const functions = Object.entries({ losses, nn, ops }).flatMap(([space, members]) =>
  Object.entries(members).map(([name, f]) => [`${space}.${name}`, f as Call] as const),
);
const calls: ReadonlyMap<string, Call> = new Map(functions);

/** What all arguments are, and what the last may be in its place: a class or a number for each row. */
const matrix = 'f32("batch", 3)';
const types: InputTypes = { [matrix]: f32("batch", 3), 'i32("batch")': i32("batch"), 'f32("batch")': f32("batch") };

/** Arguments of losses that are data: nobody asks for their gradients. */
const data: ReadonlySet<string> = new Set(["target", "y"]);

interface Example {
  readonly name: string;
  readonly args: readonly string[];
  readonly last: string;
}

const isLoss = ({ name }: Pick<Example, "name">): boolean => name.startsWith("losses.");

/** The names of what must be given by this signature, if all of it is tensors. */
function tensorsOf(signature: string): string[] | undefined {
  const [required = ""] = signature.replace(/^[^(]*\(|\): Tensor$/g, "").split(/, \w+\?: /);
  const names = required.split(", ").map((parameter) => /^(\w+): (?:Tensor|Operand)$/.exec(parameter)?.[1]);
  return names.every((name) => name !== undefined) ? names : undefined;
}

async function equationsOf(example: Example): Promise<string[]> {
  const { name, args, last } = example;
  const output = isLoss(example) ? "loss" : "z";
  const inputs = args.map((arg, i) => [arg, types[i > 0 && i === args.length - 1 ? last : matrix]] as const);
  const defined = model("example", Object.fromEntries(inputs) as InputTypes, (given) => {
    const result = (calls.get(name) as Call)(...args.map((arg) => given[arg] as Tensor));
    return { outputs: { [output]: result }, loss: isLoss(example) ? result : ops.sum(result) };
  });
  const wrt = args.filter((arg) => !isLoss(example) || !data.has(arg));
  const whole = await makeFrom(defined, undefined, (declared) => program(declared, { wrt }));
  const { forward, gradients } = describe(partsToRead(prepare(whole)), "text", { expand: name.startsWith("nn.") });
  const value = forward[output];
  return value === undefined ? [] : [value, ...Object.values(gradients)];
}

/** Nothing for an example that is refused. */
async function attempt(example: Example): Promise<string[]> {
  try {
    return await equationsOf(example);
  } catch (error) {
    if (error instanceof GradcError) return [];
    throw error;
  }
}

/** Equations with names of their own for parts say more about the compiler than about the function. */
const isShort = (equation: string): boolean => !/\bv\d/.test(equation);

function headOf({ name, args, last }: Example): string {
  const firsts = args.length > 1 && last !== matrix ? args.slice(0, -1) : args;
  const rest = firsts === args ? "" : `, ${args.at(-1)}: ${last}`;
  const call = `${name}(${args.join(", ")})`;
  const said = isLoss({ name }) ? `\`loss = ${call}\`` : `\`z = ${call}\`, \`loss = ops.sum(z)\``;
  return `Example: ${said} of \`${firsts.join(", ")}: ${matrix}${rest}\`.`;
}

/** An example for each signature of `described` that takes tensors and nothing else, with its formula and gradients. */
export async function formulaExamples({ name, code }: Described): Promise<string[]> {
  if (!calls.has(name)) return [];
  const signatures = [...new Set(code.split("\n").flatMap((signature) => tensorsOf(signature)?.join() ?? []))];
  const examples = signatures.map(async (args) => {
    for (const last of Object.keys(types)) {
      const example = { name, args: args.split(","), last };
      const equations = (await attempt(example)).filter(isShort);
      if (equations.length > 0) return [`${headOf(example)}\n\n\`\`\`\n${equations.join("\n")}\n\`\`\``];
    }
    return [];
  });
  return (await Promise.all(examples)).flat();
}
