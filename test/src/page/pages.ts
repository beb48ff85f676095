// Pages of models as data, with the picture that stands in them.
import { readdirSync } from "node:fs";
import type { Wanted } from "../../../compiler/derivation/tracing.ts";
import { pageOf } from "../../../compiler/describe/page.ts";
import type { Page } from "../../../compiler/formula/page.ts";
import { readable } from "../../../compiler/index.ts";
import { declareSource, type ModelSource } from "../../../src/definition-file.ts";
import { derive, gradientNamed, withValues } from "../../../src/derive.ts";
import { partsToRead } from "../../../src/described.ts";
import { program } from "../../../src/entries.ts";
import type { optim } from "../../../src/index.ts";
import { evaluatorOf, shapedEvaluatorOf } from "../../../src/interpret.ts";
import { derivationJson } from "../../../src/page/derivation-json.ts";
import { pageJson } from "../../../src/page/json.ts";
import type { DerivationJson, JsonSource, PageJson } from "../../../src/page/types.ts";
import { pictureOf } from "../../../src/picture/picture.ts";
import type { Data } from "../../../src/tensor.ts";

interface Asked {
  readonly optimizer?: ReturnType<typeof optim.adam>;
  readonly example?: Readonly<Record<string, Data>>;
  readonly sources?: readonly JsonSource[];
}

export interface PageOfModel {
  readonly page: Page;
  readonly json: PageJson;
  readonly picture: string;
}

/** The page of a model, and its picture. */
export async function dataOf(source: ModelSource, { optimizer, example, sources }: Asked = {}): Promise<PageOfModel> {
  const whole = program(await declareSource(source), { ...(optimizer && { optimizer }) });
  const read = readable(whole);
  const described = partsToRead(read);
  const evaluate = example && shapedEvaluatorOf(whole, example, new Map());
  const page = pageOf(described);
  const json = pageJson(page, { name: whole.name, errors: read.errors, evaluate, ...(sources && { sources }) });
  return { page, json, picture: pictureOf(whole.name, described, example && evaluatorOf(whole, example, new Map())) };
}

/** The derivation of the gradient by `by`, with the numbers of `example` where they are given, as data. */
export async function derivationOf(source: ModelSource, by: string, example?: Asked["example"]): Promise<DerivationJson> {
  const whole = program(await declareSource(source));
  const traced = derive(whole, gradientNamed(whole, by) as Wanted);
  return derivationJson(example ? withValues(traced, whole, example, new Map()) : traced.derivation, {
    name: whole.name,
    sources: [{ file: "net.model.ts", text: "const one = 1;" }],
  });
}

const folder = new URL("../../../examples/", import.meta.url);

/** The definitions among the examples, by their paths. */
export const examples: readonly string[] = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".model.ts") && !path.includes("node_modules"))
  .sort();

export const exampleAt = (path: string): URL => new URL(path, folder);
