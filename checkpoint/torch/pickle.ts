// Reads a pickle of tensors (protocols 2 to 5, Lib/pickletools.py of CPython) as data: what it calls is looked up in a table, and nothing is run.
import { badFile } from "../diagnostics.ts";
import { call, globalNamed, storageOf } from "./globals.ts";
import type { Value } from "./values.ts";

/** The state of reading: a stack with marks, and values to come back to. */
class Machine {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at = 0;
  stack: Value[] = [];
  readonly marked: Value[][] = [];
  readonly memo = new Map<number, Value>();
  isDone = false;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The next bytes. */
  take(length: number): Uint8Array {
    const start = this.at;
    this.at += length;
    if (!(this.at <= this.bytes.length)) throw badFile(`the pickle is cut off at byte ${this.bytes.length}`);
    return this.bytes.subarray(start, this.at);
  }

  /** A number of `length` bytes, without a sign. */
  count(length: 1 | 2 | 4 | 8): number {
    return this.take(length).reduceRight((sum, byte) => sum * 256 + byte, 0);
  }

  text(length: number): string {
    return new TextDecoder().decode(this.take(length));
  }

  line(): string {
    const end = this.bytes.indexOf(10, this.at);
    if (end < 0) throw badFile("the pickle has a line without an end");
    const text = this.text(end - this.at);
    this.at++;
    return text;
  }

  push(value: Value): void {
    this.stack.push(value);
  }

  pop(): Value {
    const value = this.stack.pop();
    if (value === undefined) throw badFile(`the pickle takes from an empty stack at byte ${this.at - 1}`);
    return value;
  }

  top(): Value {
    const value = this.pop();
    this.push(value);
    return value;
  }

  mark(): void {
    this.marked.push(this.stack);
    this.stack = [];
  }

  /** What was pushed since the last mark. */
  popMark(): Value[] {
    const items = this.stack;
    const below = this.marked.pop();
    if (!below) throw badFile(`the pickle ends a list that it did not begin at byte ${this.at - 1}`);
    this.stack = below;
    return items;
  }

  get(key: number): void {
    const value = this.memo.get(key);
    if (value === undefined) throw badFile(`the pickle goes back to a value ${key} that it does not have`);
    this.push(value);
  }
}

/** A whole number in two's complement. */
function wholeOf(bytes: Uint8Array): number | bigint {
  if (bytes.length > 64) throw badFile(`the pickle has a number of ${bytes.length} bytes`);
  const unsigned = bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
  const value = BigInt.asIntN(8 * bytes.length, unsigned);
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function setItems(machine: Machine, items: readonly Value[]): void {
  const dict = machine.top();
  if (!(dict instanceof Map) || items.length % 2 === 1) throw badFile("the pickle puts items into what is no dict");
  for (let i = 0; i < items.length; i += 2) dict.set(items[i] as Value, items[i + 1] as Value);
}

function append(machine: Machine, items: readonly Value[]): void {
  const list = machine.top();
  if (!Array.isArray(list)) throw badFile("the pickle appends to what is no list");
  for (const item of items) list.push(item);
}

function tuple(machine: Machine, length: number): void {
  const items = Array.from({ length }, () => machine.pop());
  machine.push(items.reverse());
}

function dictOf(items: readonly Value[], machine: Machine): void {
  machine.push(new Map());
  setItems(machine, items);
}

function globalOnStack(machine: Machine): void {
  const [name, module] = [machine.pop(), machine.pop()];
  if (typeof name !== "string" || typeof module !== "string") throw badFile("the pickle names a class by something else than texts");
  machine.push(globalNamed(module, name));
}

/** The attributes of a dict, such as `_metadata` of a state_dict, are no tensors. */
function build(machine: Machine): void {
  machine.pop();
  if (!(machine.top() instanceof Map)) throw badFile("the pickle sets attributes of what is no dict");
}

function reduce(machine: Machine): void {
  const args = machine.pop();
  machine.push(call(machine.pop(), args));
}

function global(machine: Machine): void {
  const module = machine.line();
  machine.push(globalNamed(module, machine.line()));
}

/** What each instruction does, by its character in the pickle. */
const instructions: Readonly<Record<string, (machine: Machine) => void>> = {
  "\x80": (m) => {
    const protocol = m.count(1);
    if (protocol < 2 || protocol > 5) throw badFile(`the pickle is of protocol ${protocol}, expected 2 to 5`);
  },
  "\x95": (m) => void m.count(8),
  ".": (m) => {
    m.isDone = true;
  },
  N: (m) => m.push(null),
  "\x88": (m) => m.push(true),
  "\x89": (m) => m.push(false),
  J: (m) => m.push(m.count(4) | 0),
  K: (m) => m.push(m.count(1)),
  M: (m) => m.push(m.count(2)),
  "\x8a": (m) => m.push(wholeOf(m.take(m.count(1)))),
  "\x8b": (m) => m.push(wholeOf(m.take(m.count(4)))),
  G: (m) => {
    m.take(8);
    m.push(m.view.getFloat64(m.at - 8));
  },
  X: (m) => m.push(m.text(m.count(4))),
  "\x8c": (m) => m.push(m.text(m.count(1))),
  "\x8d": (m) => m.push(m.text(m.count(8))),
  T: (m) => m.push(m.text(m.count(4))),
  U: (m) => m.push(m.text(m.count(1))),
  B: (m) => m.push(m.take(m.count(4))),
  C: (m) => m.push(m.take(m.count(1))),
  "\x8e": (m) => m.push(m.take(m.count(8))),
  "}": (m) => m.push(new Map()),
  "]": (m) => m.push([]),
  ")": (m) => m.push([]),
  "(": (m) => m.mark(),
  d: (m) => dictOf(m.popMark(), m),
  l: (m) => m.push(m.popMark()),
  t: (m) => m.push(m.popMark()),
  "\x85": (m) => tuple(m, 1),
  "\x86": (m) => tuple(m, 2),
  "\x87": (m) => tuple(m, 3),
  a: (m) => append(m, [m.pop()]),
  e: (m) => append(m, m.popMark()),
  s: (m) => {
    const value = m.pop();
    setItems(m, [m.pop(), value]);
  },
  u: (m) => setItems(m, m.popMark()),
  "0": (m) => void m.pop(),
  "1": (m) => void m.popMark(),
  "2": (m) => m.push(m.top()),
  q: (m) => void m.memo.set(m.count(1), m.top()),
  r: (m) => void m.memo.set(m.count(4), m.top()),
  "\x94": (m) => void m.memo.set(m.memo.size, m.top()),
  h: (m) => m.get(m.count(1)),
  j: (m) => m.get(m.count(4)),
  c: global,
  i: (m) => {
    global(m);
    throw badFile(`the pickle makes an object of a class at byte ${m.at}`);
  },
  "\x93": globalOnStack,
  Q: (m) => m.push(storageOf(m.pop())),
  R: reduce,
  "\x81": reduce,
  b: build,
};

/** The value of a pickle. Takes time and memory in proportion to its bytes. @throws GradcError `bad-weights`, `not-tensors` */
export function readPickle(bytes: Uint8Array): Value {
  const machine = new Machine(bytes);
  while (!machine.isDone) {
    const code = machine.count(1);
    const run = instructions[String.fromCharCode(code)];
    if (!run)
      throw badFile(`the pickle has an instruction 0x${code.toString(16).padStart(2, "0")} at byte ${machine.at - 1} that tensors are not made of`);
    run(machine);
  }
  return machine.pop();
}
