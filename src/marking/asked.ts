// Gradients that a page does not have, by values that claims name: what the definition gave a name, and what a loss goes through by its own definition.
import { adjointsOf } from "../../compiler/calculus/differentiate.ts";
import { detoursOf } from "../../compiler/derivation/written.ts";
import type { Derivative, Described } from "../../compiler/describe/describe.ts";
import { mathNames } from "../../compiler/describe/names.ts";
import { readerOf } from "../../compiler/describe/readable.ts";
import type { Program } from "../../compiler/ir/entry.ts";
import { withGraph } from "../../compiler/ir/graph.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { withoutBodies } from "../../compiler/ir/walk.ts";
import { isOp } from "../../compiler/ops/table.ts";
import { spelled } from "../../compiler/reading/spelling.ts";
import { trainedIn } from "../described.ts";

/** A value on the way to a loss, with the gradient of that by it. */
interface Reached {
  readonly game: string | undefined;
  readonly name: string;
  readonly value: Node;
  readonly gradient: Node;
}

/** The value that `asked`, which is spelled, names of what `total` is made of: the last of several. */
function namedIn(total: Node, asked: string): Node | undefined {
  const mathName = mathNames(total.graph);
  const textsOf = (node: Node) => (isOp(node, "input") ? [node.params.name] : [...(total.graph.names.get(node) ?? [])].map(({ text }) => text));
  return withoutBodies([total])
    .filter((node) => node.dtype === "f32" && textsOf(node).some((text) => spelled(mathName(text)) === asked))
    .at(-1);
}

/** The value of that name, and the loss as it is made of it. */
function wayTo(program: Program, total: Node, asked: string, taken: Iterable<string>) {
  const value = namedIn(total, asked);
  if (value && value !== total) return { total, value };
  const detour = detoursOf(program, total, { taken }).find(({ name }) => spelled(name) === asked);
  return detour && { total: detour.form().total, value: detour.value };
}

/** `described` with the gradients by the values that `asked` names, as far as the losses depend on them; `taken` are the names on its page. */
export function withAsked(program: Program, described: Described, asked: readonly string[], taken: ReadonlySet<string>): Described {
  const found = withGraph(program.graph, () =>
    trainedIn(program).flatMap(({ game, loss }) =>
      asked.flatMap((name): Reached[] => {
        const way = wayTo(program, loss.node, spelled(name), taken);
        const gradient = way && adjointsOf(way.total, [way.value]).get(way.value);
        return gradient ? [{ game, name, value: way.value, gradient }] : [];
      }),
    ),
  );
  if (found.length === 0) return described;
  const images = withGraph(program.graph, () => readerOf(program)(found.flatMap(({ value, gradient }) => [value, gradient])));
  const keyOf = ({ game, name }: Reached) => (game === undefined ? name : `${game}.${name}`);
  const values = found.flatMap(({ name }, i): [string, Node][] => (taken.has(name) ? [] : [[name, images[2 * i] as Node]]));
  const derivatives = found.flatMap((each): [string, Derivative][] =>
    each.game === undefined ? [] : [[keyOf(each), { of: each.game, by: each.name }]],
  );
  return {
    ...described,
    values: new Map([...values, ...described.values]),
    gradients: new Map([...described.gradients, ...found.map((each, i) => [keyOf(each), images[2 * i + 1] as Node] as const)]),
    derivatives: new Map([...(described.derivatives ?? []), ...derivatives]),
  };
}
