// Formulas as data in which the same value has the same number wherever it stands.
import type { Definition } from "../../compiler/formula/equation.ts";
import type { Formula } from "../../compiler/formula/tree.ts";
import { partsIn } from "../../compiler/formula/tree.ts";
import type { JsonNumber, Setting, SettingValue, Term } from "./types.ts";

/** A number as JSON can keep it. */
export const jsonNumber = (value: number): JsonNumber => (Number.isFinite(value) ? value + 0 : (String(value) as JsonNumber));

function settingValue(text: string): SettingValue {
  if (text.includes("×")) return text.split("×").map(settingValue);
  if (text.includes(":")) return text.split(":").map(settingValue);
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

/** `3×3,stride=2` as data. */
export function settingsOf(subscript: string): Setting[] {
  return subscript.split(",").map((setting) => {
    const [, name, value] = setting.match(/^(\w+)=(.*)$/) ?? [];
    return name === undefined ? { value: settingValue(setting) } : { name, value: settingValue(value as string) };
  });
}

/** The formulas that a formula holds, by their keys. */
const inner = new Set(["args", "body", "condition", "value", "otherwise"]);

type Entries = readonly (readonly [key: string, value: unknown])[];

/** What a formula says itself, as JSON can keep it. */
function entriesOf(formula: Formula): Entries {
  if (formula.kind === "number") return Object.entries({ ...formula, value: jsonNumber(formula.value) });
  if (formula.kind !== "call") return Object.entries(formula);
  const { meaning: _, sliding: __, classes: ___, ...call } = formula;
  return Object.entries(call.subscript === undefined ? call : { ...call, settings: settingsOf(call.subscript) });
}

const isTerm = (value: unknown): value is Term => typeof value === "object" && value !== null && "id" in value;

/** What makes a value the one that it is: parts by their numbers, and no mark that is only for who prints. */
const keyOf = (entries: Entries, scope: string): string =>
  scope +
  JSON.stringify(
    entries.filter(([key]) => key !== "scalar"),
    (_, value) => (isTerm(value) ? { id: value.id } : value),
  );

interface Sides {
  readonly left: Term;
  readonly right: Term;
}

/** Numbers values: what is made alike of the same values is the same one, and so are a name and what it is defined as. */
export class Numbering {
  readonly #ids = new Map<string, number>();
  #next = 1;
  #scopes = 0;
  readonly #lists = new Map<readonly string[], string>();

  /** `formula` as data; the names `formal` are those of `scope` alone. */
  term(formula: Formula, scope = "", formal: ReadonlySet<string> = new Set()): Term {
    const termOf = (part: Formula) => this.term(part, scope, formal);
    const entries = entriesOf(formula).map(([key, value]) => {
      if (!inner.has(key) || typeof value !== "object") return [key, value] as const;
      return [key, Array.isArray(value) ? value.map(termOf) : termOf(value as Formula)] as const;
    });
    const key = keyOf(entries, formula.kind === "variable" && formal.has(formula.name) ? scope : "");
    const id = this.#ids.get(key) ?? this.#next++;
    this.#ids.set(key, id);
    return Object.fromEntries([["id", id], ...entries]) as unknown as Term;
  }

  /** What the names `formal` are numbered in, which are those of nobody else; for one list always the same. */
  #scopeOf(formal: readonly string[]): string {
    const scope = this.#lists.get(formal) ?? this.#newScope();
    this.#lists.set(formal, scope);
    return scope;
  }

  #newScope(): string {
    return `${++this.#scopes} `;
  }

  /** Both sides of a line, in which the names `general` are its own. Its name is what it is defined as, unless it was defined before, or the line is of its elements. */
  sides({ left, letters, right }: Definition, sign: "=" | "←" = "=", general?: readonly string[]): Sides {
    const [scope, formal] = [general ? this.#scopeOf(general) : "", new Set(general)];
    const value = this.term(right, scope, formal);
    const key = keyOf(entriesOf(left), left.kind === "variable" && formal.has(left.name) ? scope : "");
    if (sign === "=" && !letters && !this.#ids.has(key)) this.#ids.set(key, value.id);
    return { left: this.term(left, scope, formal), right: value };
  }

  /** What a function means, whose arguments are names of its own. */
  meaning(left: Formula, right: Formula): Sides {
    const formal = new Set(partsIn(left).flatMap((part) => (part.kind === "variable" ? [part.name] : [])));
    const scope = this.#newScope();
    return { left: this.term(left, scope, formal), right: this.term(right, scope, formal) };
  }
}

/** The formula that a term is, for those who print. */
export function formulaOf(term: Term): Formula {
  if (term.kind === "number") return { ...term, value: Number(term.value), scalar: true };
  const parts = Object.entries(term).map(([key, value]) => [key, Array.isArray(value) ? value.map(read) : read(value)] as const);
  return Object.fromEntries(parts) as unknown as Formula;
}

const read = (value: unknown): unknown => (isTerm(value) ? formulaOf(value) : value);
