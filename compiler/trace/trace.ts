// The steps by which passes made one graph of another, told to whoever asks for them.
import type { Node, Position } from "../ir/node.ts";

/**
 * What a rule may change. `bits`: the same bits for every input. `reals`: equal over the reals, without new NaN or overflow,
 * but rounding or the sign of zero may differ. `finite`: also assumes finite values or valid indices.
 */
export type Tag = "bits" | "reals" | "finite";

interface Placed {
  /** Where the user wrote what the step is about. */
  readonly place: Position | undefined;
}

/** `before` is `after`, wherever it occurs; that its users are made anew of it is no step. */
export interface RuleStep extends Placed {
  /** The name of the rule: its formula where it has one. */
  readonly rule: string;
  readonly tag: Tag;
  readonly before: Node;
  readonly after: Node;
  /** The entry point in which alone it holds. */
  readonly entry: string | undefined;
}

/** The chain rule at `of`: for the gradient `adjoint` of its value, that of its input number `input` has the term `contribution`. */
export interface ChainStep extends Placed {
  readonly op: string;
  readonly of: Node;
  readonly input: number;
  readonly adjoint: Node;
  readonly contribution: Node;
}

export type Step = RuleStep | ChainStep;

/** Is told each step in its order. A node that is made by a step has the place of what it was made for. */
export class Trace {
  private readonly sink: (step: Step) => void;
  private readonly places = new Map<Node, Position>();
  private entry: string | undefined;

  constructor(sink: (step: Step) => void) {
    this.sink = sink;
  }

  rule({ name, tag }: { readonly name: string; readonly tag: Tag }, before: Node, after: Node): void {
    this.inherit(before, [after]);
    this.sink({ rule: name, tag, before, after, entry: this.entry, place: this.placeOf(before) });
  }

  chain(of: Node, input: number, adjoint: Node, contribution: Node): void {
    this.inherit(of, [...of.inputs, contribution]);
    this.sink({ op: of.op, of, input, adjoint, contribution, place: this.placeOf(of) });
  }

  /** Gives the place of `from` to those of `nodes` that have none. */
  inherit(from: Node, nodes: readonly Node[]): void {
    const place = this.placeOf(from);
    if (place) for (const node of nodes) if (!this.placeOf(node)) this.places.set(node, place);
  }

  /** Runs `body`, whose steps hold in the entry point `entry` alone. */
  within<T>(entry: string, body: () => T): T {
    this.entry = entry;
    try {
      return body();
    } finally {
      this.entry = undefined;
    }
  }

  private placeOf(node: Node): Position | undefined {
    return node.graph.positions.get(node) ?? this.places.get(node);
  }
}
