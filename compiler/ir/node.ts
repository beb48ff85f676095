import type { Lists } from "./lists.ts";
import type { Dtype, Shape, TensorType } from "./type.ts";

/** A parameter of an op: plain data, so that it can be compared, printed and read back. */
export type Param = number | string | boolean | readonly (number | string)[];
export type Params = { readonly [key: string]: Param };

/**
 * One value of the graph: an op applied to other values. Nodes are hash-consed within their graph
 * (equal op, inputs, params and body are one object), immutable, and numbered in order of creation,
 * so that inputs and the nodes of a body always have smaller ids. Which ops there are, and with which params, is for the rules of the graph to say.
 */
export interface Node<K extends string = string, P extends Params = Params> {
  readonly graph: Graph;
  readonly id: number;
  readonly op: K;
  readonly inputs: readonly Node[];
  readonly params: P;
  /** The roots of what the op computes itself, as a loop does in each step, or only when it is differentiated. `walk.ts` says who enters it. */
  readonly body: readonly Node[];
  /** The loops in each of whose steps it has a value of its own. */
  readonly loops: readonly string[];
  readonly dtype: Dtype;
  readonly shape: Shape;
}

/** An input source. */
export type InputNode = Node<"input", { readonly name: string; readonly dtype: Dtype; readonly shape: Shape }>;

/** A place in the user's source, `file` relative to the definition's folder. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A name that a user gave to a value, and where. */
export interface Name {
  readonly text: string;
  readonly position?: Position | undefined;
}

/** A part of what a layer computes that has a name of its own on a page. */
export interface Part {
  /** `σ.norm`: what it is called by, and of which layer it is a part. */
  readonly name: string;
  /** Whether its error has a name. */
  readonly hasError: boolean;
}

/** What a parameter or state is for; `hyper` are settings such as the learning rate, `counter` the seed and step, `sum` a sum that evaluation adds up over parts. */
export type Role = "parameter" | "layer" | "optimizer" | "hyper" | "counter" | "sum";

/** A parameter or state, keyed by its source node. */
export interface Declaration {
  readonly name: string;
  readonly role: Role;
  readonly trainable: boolean;
  /** The value at the start, of the same type; undefined for the seed, which the runtime writes. */
  readonly init: Node | undefined;
  /** The number that a state of an optimizer is everywhere at the start; NaN where there is no one number. */
  readonly start?: number | undefined;
  /** What formulas call it, before the name of its layer, where its last name does not say. */
  readonly letter?: string | undefined;
  /** What formulas call the error at its product, behind the name of its layer, where that says not enough. */
  readonly error?: string | undefined;
  /** Whether an optimizer's weight decay weighs it; true unless stated. */
  readonly decays?: boolean | undefined;
  /** Whether it is a matrix that multiplies no last axis; see `VariableSlot`. */
  readonly upright?: boolean | undefined;
  readonly position?: Position | undefined;
}

/** A value that a loss goes through by its definition although nothing computes it, as the probabilities of a cross-entropy of logits. */
export interface Passage {
  /** What it is usually called. */
  readonly name: string;
  /** What it and the loss are made of; first what it is a function of. */
  readonly inputs: readonly Node[];
  /** The value, and the loss as it is made of that, where it does not run so. */
  through(inputs: readonly Node[]): { readonly value: Node; readonly loss?: Node };
  /** The gradient by the first of `inputs`, where that by the loss is `g`, before what is `known` makes it shorter. */
  slope?(g: Node, inputs: readonly Node[]): Node;
  /** That rows of the second of `inputs` are one-hot, or that a product cancels when it is multiplied out. */
  readonly known?: "oneHot" | "cancels";
}

/** What a graph must be told of an op. */
export interface OpRule {
  /** The type of a node; throws a GradcError where there is none. */
  type(inputs: readonly TensorType[], params: never, body: readonly TensorType[]): TensorType;
  /** Null where it has none. */
  readonly gradient: object | null;
  /** The loop in whose steps a source has its values. */
  varies?(params: never): string;
  /** Of an op with a body: the loop whose steps it is computed in, and how many inputs come before what the body takes from outside. */
  binds?(params: never): { readonly loop: string; readonly own: number };
}

/** What a graph must be told from outside. */
export interface Rules {
  /** The ops by name. */
  readonly ops: Readonly<Record<string, OpRule>>;
  /** The error where JavaScript would make a number or a text of `node`; `hint` is that of `Symbol.toPrimitive`. */
  readonly operatorOn: (node: Node, hint: string) => Error;
}

/** All values of one definition, with the side tables that describe them. */
export interface Graph {
  readonly rules: Rules;
  readonly nodes: Node[];
  readonly interned: Map<string, Node>;
  /** The long lists in the parameters of its nodes. */
  readonly lists: Lists;
  /** Names by node. Every rewrite carries them over with `renameTo`. */
  readonly names: Map<Node, Set<Name>>;
  /** By node the layer that gave it, the step of a sequence, or the part of a loss, by its full name: `hidden`, `net.1`, `counted`. Carried over like names. */
  readonly layers: Map<Node, string>;
  /** Parts of what layers compute. Carried over like names. */
  readonly parts: Map<Node, Part>;
  /** Names of what steps of a loop hand on, by the errors at that. Carried over like names. */
  readonly errors: Map<Node, string>;
  /** Values that a page shows in another form than that which runs, as that may overflow or loses digits. */
  readonly forms: Map<Node, Node>;
  /** What losses go through by their definitions, by the node of the loss. */
  readonly passages: Map<Node, readonly Passage[]>;
  /** What has names in the order in which the definition computed it, of a graph that was read from a text: else the numbers of its nodes tell. */
  readonly order: string[];
  /** Where a node was written in the user's source. */
  readonly positions: Map<Node, Position>;
  readonly declarations: Map<Node, Declaration>;
  /** State source -> the value that training assigned so far in this run; later reads of the state see it there. */
  readonly updates: Map<Node, Node>;
  /** Next ordinal for things that are keyed by identity: parameters, states, random streams. */
  ordinal: number;
  /** The place in the user's source that is being run. */
  here: Position | undefined;
}
