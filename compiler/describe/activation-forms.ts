// The activations by their names. Settings other than PyTorch's defaults are a subscript: `elu_0.5(z)`.

import { axisName } from "../formula/axes.ts";
import { call } from "../formula/tree.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import type { Relation } from "../ops/params.ts";
import { isOp, type OpNode } from "../ops/table.ts";
import { fillOf } from "../rewrite/fill.ts";
import { any, as, constant, either, fill, is, type Pattern } from "../rewrite/pattern.ts";
import { bare, below, type Composition, form, named, oneOf } from "./form.ts";

const z = any("z");
const half = fill(0.5);

/** `where(z relation bound, yes, no)`; `relation` is looked at by `choice`. */
const choose = <B extends string, Y extends string, N extends string>(bound: Pattern<B>, yes: Pattern<Y>, no: Pattern<N>) =>
  is("where", as("condition", is("compare", z, bound)), yes, no);

const compares = (condition: Node, relation: Relation): boolean => (condition as OpNode<"compare">).params.relation === relation;

/** `name_settings(z)`; the settings are left out where they are the usual ones. */
function withSettings(name: string, z: Node, settings: readonly Node[], usual: readonly number[]): Composition {
  const values = settings.map((setting) => fillOf(setting) as number);
  const isUsual = values.every((value, i) => value === Math.fround(elementAt(usual, i)));
  return named(name, z, isUsual ? undefined : values.map(shortly).join(","));
}

const shortly = (value: number): string => String(Number(value.toPrecision(7))).replace("-", "−");

const hasFill = (node: Node, value: number): boolean => fillOf(node) === Math.fround(value);

/** `z + 3`, at least 0 */
const hinge = as("sum", either("add", z, fill(3)));

/** The halves of one axis, in their order. */
function glu(a: Node, b: Node): Composition | undefined {
  const [x] = a.inputs as readonly [Node];
  const [start, second] = [a, b].map((half) => (half as OpNode<"slice">).params.start) as [readonly number[], readonly number[]];
  const axis = second.findIndex((from) => from !== 0);
  const isHalved = axis >= 0 && x.shape[axis] === 2 * elementAt(second, axis) && a.shape[axis] === second[axis];
  if (b.inputs[0] !== x || start.some((from) => from !== 0) || !isHalved) return undefined;
  return named("glu", x, axis === x.shape.length - 1 ? undefined : axisName(x.shape, axis));
}

const cubed = oneOf(is("mul", z, is("mul", z, z)), is("mul", is("mul", z, z), z), is("pow", z, fill(3)));
const byTanh = is(
  "tanh",
  either("mul", either("add", z, either("mul", cubed, fill(Math.fround(0.044715)))), fill(Math.fround(Math.sqrt(2 / Math.PI)))),
);
const byErf = is("erf", either("mul", z, fill(Math.fround(Math.SQRT1_2))));
/** `½ z (1 + share)` */
const gated = <N extends string>(share: Pattern<N>) => either("mul", either("mul", z, half), either("add", share, fill(1)));

export const activationForms = [
  form("leakyRelu", choose(fill(0), z, either("mul", z, constant("slope"))), ({ z, slope, condition }) =>
    compares(condition, "gt") ? withSettings("leakyRelu", z, [slope], [0.01]) : undefined,
  ),
  form("prelu", choose(fill(0), z, either("mul", z, any("slope"))), ({ z, slope, condition }) =>
    compares(condition, "gt") && isOp(bare(slope), "parameter") ? { inputs: [z, slope], build: (xs) => call("prelu", xs) } : undefined,
  ),
  form("elu", choose(fill(0), is("expm1", z), z), ({ z, condition }) => (compares(condition, "le") ? named("elu", z) : undefined)),
  form("elu of alpha", choose(fill(0), either("mul", is("expm1", z), constant("alpha")), z), ({ z, alpha, condition }) =>
    compares(condition, "le") ? withSettings("elu", z, [alpha], [1]) : undefined,
  ),
  form(
    "celu",
    choose(fill(0), either("mul", is("expm1", is("div", z, constant("scale"))), constant("alpha")), z),
    ({ z, scale, alpha, condition }) =>
      compares(condition, "le") && fillOf(scale) === fillOf(alpha) ? withSettings("celu", z, [alpha], [1]) : undefined,
  ),
  form("selu", choose(fill(0), either("mul", is("expm1", z), constant("low")), either("mul", z, constant("high"))), ({ z, low, high, condition }) =>
    compares(condition, "le") && hasFill(low, 1.7580993408473766) && hasFill(high, 1.0507009873554805) ? named("selu", z) : undefined,
  ),
  form(
    "hardtanh",
    choose(constant("low"), constant("low"), is("where", as("above", is("compare", z, constant("high"))), constant("high"), z)),
    ({ z, low, high, condition, above }) => {
      if (!compares(condition, "le") || !compares(above, "ge")) return undefined;
      return hasFill(low, 0) && hasFill(high, 6) ? named("relu6", z) : withSettings("hardtanh", z, [low, high], [-1, 1]);
    },
  ),
  form(
    "hardsigmoid",
    is(
      "where",
      as("condition", is("compare", is("abs", z), fill(3))),
      as("line", either("add", is("div", z, fill(6)), half)),
      below(is("minimum", is("maximum", any("line"), fill(0)), fill(1))),
    ),
    ({ z, condition }) => (compares(condition, "lt") ? named("hardsigmoid", z) : undefined),
  ),
  form(
    "hardswish",
    choose(
      fill(3),
      is(
        "div",
        either("mul", z, is("where", as("above", is("compare", hinge, fill(0))), any("sum"), below(is("maximum", any("sum"), fill(0))))),
        fill(6),
      ),
      z,
    ),
    ({ z, condition, above }) => (compares(condition, "le") && compares(above, "ge") ? named("hardswish", z) : undefined),
  ),
  form("logsigmoid", is("neg", is("softplus", is("neg", z))), ({ z }) => named("logsigmoid", z)),
  form("silu", either("mul", z, is("sigmoid", z)), ({ z }) => named("silu", z)),
  form("mish", either("mul", z, is("tanh", is("softplus", z))), ({ z }) => named("mish", z)),
  form("softsign", is("div", z, either("add", is("abs", z), fill(1))), ({ z }) => named("softsign", z)),
  form("tanhshrink", is("sub", z, is("tanh", z)), ({ z }) => named("tanhshrink", z)),
  form("gelu", gated(byErf), ({ z }) => named("gelu", z)),
  form("gelu by tanh", gated(byTanh), ({ z }) => named("gelu", z, "tanh")),
  form("glu", either("mul", as("a", is("slice")), is("sigmoid", as("b", is("slice")))), ({ a, b }) => glu(a, b)),
];
