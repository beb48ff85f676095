// `gradc train --watch`: sizes of gradients and activations by layer and epoch, as the step gives them.

import { alignColumns } from "../../../compiler/formula/columns.ts";
import { elementAt } from "../../../compiler/ir/element.ts";
import type { Manifest } from "../../../runtime/index.ts";
import { entryNamed } from "../../../runtime/program.ts";
import type { Terminal } from "../terminal.ts";
import { paint } from "../visible.ts";

/** The results of a step that `watch` adds: what they are, and of which layer. */
const sizeName = /^(gradients|activations)\.(.+)$/;

/** Whether the step of a module gives sizes. */
export const isWatched = ({ entries }: Manifest): boolean => (entryNamed(entries, "step")?.results ?? []).some(({ name }) => sizeName.test(name));

/** The sizes of a layer, a mean over the steps of each epoch; none where there is nothing to measure. */
export interface LayerSizes {
  readonly layer: string;
  readonly gradients: readonly number[];
  readonly activations: readonly number[];
}

/** Collects sizes while a training goes on. */
export interface Watch {
  step(results: Readonly<Record<string, number>>): void;
  epoch(): void;
  sizes(): LayerSizes[];
}

export function watchLayers(): Watch {
  const byName = new Map<string, number[]>();
  let sums = new Map<string, number>();
  let steps = 0;
  return {
    step(results) {
      steps++;
      for (const [name, value] of Object.entries(results)) if (sizeName.test(name)) sums.set(name, (sums.get(name) ?? 0) + value);
    },
    epoch() {
      for (const [name, sum] of sums) byName.set(name, [...(byName.get(name) ?? []), sum / steps]);
      sums = new Map();
      steps = 0;
    },
    sizes() {
      const layers = [...new Set([...byName.keys()].map((name) => elementAt(sizeName.exec(name) ?? [], 2)))];
      const of = (kind: string, layer: string) => byName.get(`${kind}.${layer}`) ?? [];
      return layers.map((layer) => ({ layer, gradients: of("gradients", layer), activations: of("activations", layer) }));
    },
  };
}

/** Most marks of a line: more epochs than that are shown in part. */
const mostMarks = 40;

/** How dark a gradient is, by the orders of magnitude that it is below the last layer's; what is no number, or 0, is a point. */
const marks = [
  { below: 1, mark: "█" },
  { below: 2, mark: "▓" },
  { below: 3, mark: "▒" },
  { below: Number.POSITIVE_INFINITY, mark: "░" },
] as const;

const legend = "█ within a factor of 10 of the last layer's, ▓ of 100, ▒ of 1000, ░ less, · none";

const markOf = (orders: number): string => marks.find(({ below }) => orders < below)?.mark ?? "·";

/** How many orders of magnitude `size` is below `last`. */
const ordersBelow = (size: number, last: number): number => Math.log10(last / size);

/** From so many orders of magnitude on a layer learns nothing beside the last one. */
const vanished = 3;

/** Prints the sizes of all layers, and which of them get next to no gradient. */
export function describeWatch(sizes: readonly LayerSizes[], terminal: Terminal): void {
  const trained = sizes.filter(({ gradients }) => gradients.length > 0);
  const last = trained.at(-1);
  if (!last) return;
  terminal.out(`\n${paint("bold", "gradients and activations by layer")}\n${sizeTable(sizes, last)}\n  ${legend}`);
  const orders = (layer: LayerSizes) => ordersBelow(layer.gradients.at(-1) as number, last.gradients.at(-1) as number);
  const least = trained.reduce((a, b) => (orders(b) > orders(a) ? b : a));
  if (!(orders(least) >= vanished)) return;
  const share = orders(least) === Number.POSITIVE_INFINITY ? "0" : `${orders(least).toFixed(1)} orders of magnitude below that of "${last.layer}"`;
  const help = 'relu in place of sigmoid or tanh, nn.residual around layers, a norm between them, or init: "kaimingNormal"';
  terminal.note(`note: the gradient vanishes: that of "${least.layer}" is ${share}\n  help: ${help}`);
}

function sizeTable(sizes: readonly LayerSizes[], last: LayerSizes): string {
  const epochs = epochsShown(last.gradients.length);
  const head = ["layer", "gradient", `orders below ${last.layer}`, "by epoch", "activation"];
  const rows = sizes.map(({ layer, gradients, activations }) => {
    const orders = (epoch: number) => ordersBelow(gradients[epoch] as number, last.gradients[epoch] as number);
    const strip = gradients.length > 0 ? epochs.map((epoch) => markOf(orders(epoch))).join("") : "";
    const final = gradients.length > 0 ? orders(gradients.length - 1) : undefined;
    return [layer, brief(gradients.at(-1)), final === undefined ? "" : orderText(final), strip, brief(activations.at(-1))];
  });
  return alignColumns([head, ...rows], [1, 2, 4]);
}

/** Epochs at equal distances, the first and the last among them. */
function epochsShown(epochs: number): number[] {
  const count = Math.min(epochs, mostMarks);
  return Array.from({ length: count }, (_, i) => (count === 1 ? 0 : Math.round((i * (epochs - 1)) / (count - 1))));
}

const brief = (size: number | undefined): string => (size === undefined ? "" : size === 0 ? "0" : size.toExponential(1));

/** Without the sign of what rounds to 0. */
const orderText = (orders: number): string => (Number.isFinite(orders) ? (Math.round(orders * 10) / 10 + 0).toFixed(1) : "-");
