// The derivation of a gradient as plain data.
import type { Derivation, Derived, Path } from "../../compiler/derivation/derivation.ts";
import type { Rule } from "../../compiler/derivation/rule.ts";
import { print } from "../../compiler/formula/notation.ts";
import { text } from "../../compiler/formula/text.ts";
import { words } from "../../compiler/words/words.ts";
import { definitionJson } from "./json.ts";
import { jsonNumber, Numbering } from "./terms.ts";
import type { DerivationJson, JsonDerived, JsonPath, JsonRule, JsonSource, JsonStep } from "./types.ts";

/** What the derivation does not know itself. */
interface Told {
  readonly name: string;
  readonly sources: readonly JsonSource[];
}

/** `derivation` as data that needs nothing else. */
export function derivationJson({ of, by, steps, conventions }: Derivation, { name, sources }: Told): DerivationJson {
  const numbering = new Numbering();
  // The forward pass goes the other way: a name is first met where it is defined.
  for (const { line } of [...steps].reverse().flatMap(({ paths }) => paths)) definitionJson(line, numbering);
  const last = steps.at(-1)?.lines.at(-1);
  return {
    name,
    lang: words.lang,
    title: words.derivation.title(last ? print(last.left, text) : ""),
    of,
    by,
    steps: steps.map((step): JsonStep => {
      const { value } = step;
      return {
        paths: step.paths.map((path) => pathJson(path, numbering)),
        lines: step.lines.map((line) => derivedJson(line, numbering)),
        ...(value && { values: { shape: value.shape, elements: value.data.map(jsonNumber) } }),
      };
    }),
    conventions,
    sources,
  };
}

const pathJson = ({ line, stable, place, rules }: Path, numbering: Numbering): JsonPath => ({
  line: definitionJson(line, numbering),
  ...(stable && { stable: definitionJson({ left: line.left, right: stable }, numbering) }),
  ...(place && { place }),
  rules: rules.map((rule) => ruleJson(rule, numbering)),
});

const ruleJson = ({ through, ...rule }: Rule, numbering: Numbering): JsonRule => ({
  ...rule,
  ...(through && { through: through.map((part) => numbering.term(part)) }),
});

const derivedJson = ({ where, because, isOnPage, ...line }: Derived, numbering: Numbering): JsonDerived => ({
  ...definitionJson(line, numbering),
  ...(because !== undefined && { because }),
  where: where.map((definition) => definitionJson(definition, numbering)),
  isOnPage,
});
