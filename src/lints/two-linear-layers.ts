import { sourcesOf } from "../../compiler/calculus/comparisons.ts";
import { type Product, productAt, productBelow } from "../../compiler/calculus/products.ts";
import { linearTwice } from "../../compiler/diagnostics/layers.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { leadsOnlyTo, usersOf, withBodies } from "../../compiler/ir/walk.ts";
import { type Lint, resultsOf } from "./lint.ts";

/** Layers that a user takes apart: not the projections of attention or of a recurrence. */
const separate = new Set<string | undefined>(["linear", "parameter"]);

/** Whether one matrix could not be all that two are: they make a bottleneck, narrower than what goes in and what comes out. */
const isBottleneck = (first: Product, second: Product): boolean => first.width.out < first.width.in && first.width.out < second.width.out;

/** Linear layers of what linear layers give. */
export const twoLinearLayers: Lint = {
  code: "two-linear-layers",
  about:
    "A linear layer is applied to what a linear layer gives, which is no more than one linear layer. Put an activation such as `nn.tanh` between them, or leave one out. Two that make a bottleneck, narrower inside than on both sides, are a factor of low rank and not warned about; convolutions and the projections inside of attention and recurrent layers are not either.",
  look({ declared }) {
    const order = withBodies(resultsOf(declared));
    const users = usersOf(order);
    const { given } = sourcesOf(order);
    const isUsedOnce = (node: Node) => users.get(node)?.length === 1;
    return order.flatMap((node) => {
      const second = productAt(node);
      const first = second && productBelow(second, isUsedOnce);
      if (!first || !given.has(first.x) || isBottleneck(first, second)) return [];
      const areOwn = [first, second].every(
        (product) => leadsOnlyTo(product.node, product.weight, users) && separate.has(declared.layers.get(product.weight)),
      );
      return areOwn ? [linearTwice(first.weight, second.weight, node)] : [];
    });
  },
};
