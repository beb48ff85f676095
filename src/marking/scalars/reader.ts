// Claims in the signs of a page of scalars: `δ_1 = g'(a_1)*w_11^(2)*delta_3`, `∂L/∂wᵢⱼ⁽¹⁾ = δⱼ·xᵢ`.
import { notAFormula, notOnThePage, type Place } from "../../../compiler/diagnostics/formulas.ts";
import { elementAt, indicesOf, type NumberSign, type WrittenElement } from "../../../compiler/reading/elements.ts";
import { evaluate, workOf } from "../../../compiler/reading/evaluate.ts";
import { isFunction } from "../../../compiler/reading/functions.ts";
import { freeLetters } from "../../../compiler/reading/lettered.ts";
import { read } from "../../../compiler/reading/parse.ts";
import { nearestOf } from "../../../compiler/reading/spelling.ts";
import { tokensOf } from "../../../compiler/reading/tokens.ts";
import { partsOf, replaced, type Term } from "../../../compiler/reading/tree.ts";
import { write } from "../../../compiler/reading/write.ts";
import { elementText, type Found, type LayerOf } from "../../../compiler/scalars/resolve.ts";
import { words } from "../../../compiler/words/words.ts";
import type { Claim } from "../claims.ts";
import { meaningKey } from "../page.ts";
import { partOf } from "../parts.ts";
import type { ClaimReader, Sides, Target } from "../reader.ts";
import { layersIn } from "./letters.ts";
import type { ScalarPage } from "./page.ts";
import { placeTerm, tableTerm, termOfFound } from "./terms.ts";

/** What is read of the text of a claim. */
interface Signed {
  readonly layers: LayerOf;
  /** What stands for a name of an argument, of a line that says what a function is. */
  readonly argument?: { readonly name: string; readonly term: Term } | undefined;
}

const noLetters: Signed = { layers: new Map() };

/** A letter for an axis of which a claim says its one number. */
const unsaid = (axis: number): string => `axis ${axis}`;

type Called = Extract<Term, { kind: "call" }>;

const callsIn = (term: Term): Called[] => [...(term.kind === "call" ? [term] : []), ...partsOf(term).flatMap(callsIn)];

/** Reads claims about a page of scalars. */
export class ByScalars implements ClaimReader {
  private readonly page: ScalarPage;
  /** Names that lines define for several numbers, with how many letters stand below them. */
  private readonly own = new Map<string, number>();

  constructor(page: ScalarPage) {
    this.page = page;
  }

  sidesOf(claim: Claim): Sides {
    const left = "name" in claim.left ? claim.left.name : "";
    const place = { line: claim.line, column: 1 };
    const tokens = tokensOf(left, place, this.signs);
    const [first] = tokens;
    if (first?.kind === "element" && tokens.length === 2) return this.ofElement(claim, first.element as WrittenElement, place);
    if (first?.kind === "call") return this.ofCall(claim, left, place);
    return this.definition(claim, left, place);
  }

  valueNamed(): Target | undefined {
    return undefined;
  }

  private get signs() {
    const own = [...this.own.keys()].map((name): NumberSign => ({ name, spellings: [name], isLayered: false }));
    const signs = [...this.page.reader.signs, ...own];
    return { functions: this.page.functions, elementAt: (text: string, offset: number) => elementAt(text, offset, signs) };
  }

  private elementsIn(text: string, at: Place): WrittenElement[] {
    return tokensOf(text, at, this.signs).flatMap(({ element }) => element ?? []);
  }

  private term(text: string, from: Place, signed: Signed): Term {
    const termOf = (element: WrittenElement, at: Place): Term => this.elementTerm(element, at, signed);
    const found = read(text, from, { ...this.signs, termOf });
    for (const call of callsIn(found)) this.checkFunction(call);
    const { argument } = signed;
    return argument ? replaced(found, new Map([[argument.name, argument.term]])) : found;
  }

  /** @throws GradcError `not-on-the-page` where `call` is a g of a layer that there is not */
  private checkFunction({ at, ...call }: Called): void {
    const { name, subscript } = call;
    if (isFunction(name) || this.page.page.meanings.has(meaningKey(call))) return;
    const known = [...this.page.functions].filter((each) => each.endsWith("′") === name.endsWith("′"));
    const written = subscript === undefined ? name : `${name}_${subscript}`;
    throw notOnThePage("function", written.slice(0, 60), nearestOf(written, known), at);
  }

  private elementTerm(element: WrittenElement, at: Place, { layers, argument }: Signed): Term {
    if (element.text === argument?.name) return argument.term;
    const found = this.page.reader.find(element, layers);
    if (found) return termOfFound(found, at);
    const own = this.ownTerm(element, at);
    if (own) return own;
    throw this.unknown(element, at);
  }

  /** A number of what a line defined. */
  private ownTerm({ name, below }: WrittenElement, at: Place): Term | undefined {
    const [parts, ...others] = indicesOf(below, this.own.get(name) ?? 0);
    if (!parts || others.length > 0 || !this.own.has(name)) return undefined;
    const places = parts.map((part) => placeTerm(/^\d+$/.test(part) ? Number(part) - 1 : part, at));
    return { kind: "element", base: { kind: "name", name, at }, places, signAt: (index) => `${name}_${index.join("")}`, at };
  }

  private unknown({ text, name, layer, of }: WrittenElement, at: Place): Error {
    const tables = [...this.page.tables.values()].filter((table) => (table.of === undefined) === (of === undefined));
    const signs = tables.map((table) => ({ table: table.name, ...table.signAt(table.axes.map(() => "1")) }));
    const same = signs.filter((sign) => sign.name === name);
    const own = same.find((sign) => sign.layer === layer);
    const nearest = nearestOf(
      text,
      tables.map((table) => table.name),
    );
    return notOnThePage(of === undefined ? "value" : "derivative", text, own?.table ?? nearest ?? same[0]?.table, at);
  }

  /** A claim about a number, or about all that its letters stand for. */
  private ofElement(claim: Claim, left: WrittenElement, place: Place): Sides {
    const layers = layersIn(this.page.reader, left, this.elementsIn(claim.right, claim.at));
    const found = this.page.reader.find(left, layers);
    if (!found) throw this.unknown(left, place);
    const { table, at } = found;
    if (!this.page.page.lines.has(table.name)) {
      const isWeight = this.page.tables.has(`∂L/∂${table.name}`) && table.of === undefined;
      throw notAFormula(place, `${left.text}, which is given`, isWeight ? `its gradient, ∂L/∂${left.text}` : "what is computed");
    }
    if (found.isWhole) return this.ofWhole(claim, found, layers);
    const isFixed = at.map((each, axis) => typeof each === "number" && table.axes[axis]?.extent !== 1);
    const letters = at.flatMap((each, axis) => (isFixed[axis] ? [] : [typeof each === "string" ? each : unsaid(axis)]));
    const body = this.term(claim.right, claim.at, { layers });
    const target = isFixed.includes(true) ? this.partTarget(found, isFixed) : this.wholeTarget(found);
    const node = this.page.page.symbols.get(table.name) as Target["node"];
    const part = { name: table.name, node, at: at.map((each, axis) => (isFixed[axis] ? (each as number) : undefined)) };
    return { target, name: target.name, term: tableTerm(letters, body), part };
  }

  /** A claim about all numbers of a table at once, in products of matrices and vectors. */
  private ofWhole(claim: Claim, found: Found, layers: LayerOf): Sides {
    const target = this.wholeTarget(found);
    const part = { name: target.name, node: target.node, at: found.table.axes.map(() => undefined) };
    return { target, name: target.name, term: this.term(claim.right, claim.at, { layers }), part };
  }

  private wholeTarget({ table }: Found): Target {
    const node = this.page.page.symbols.get(table.name) as Target["node"];
    return { name: table.name, node, what: table.of === undefined ? table.name : words.marking.parts.gradient };
  }

  /** Some of the numbers of a table, which the page gets a line for. */
  private partTarget({ table, at }: Found, isFixed: readonly boolean[]): Target {
    const index = table.axes.map(({ letter, extent }, axis) => (isFixed[axis] ? String((at[axis] as number) + 1) : extent === 1 ? "1" : letter));
    const name = elementText(table, index);
    const line = this.page.page.lines.get(table.name);
    const fixed = at.map((each, axis) => (isFixed[axis] ? (each as number) : undefined));
    const known = this.page.page.lines.get(name);
    const node = known?.node ?? this.page.valueNode(name, [], (scope) => partOf(scope.valueOf(table.name) as never, fixed));
    if (line?.term && !known) {
      const places = new Map(
        table.axes.flatMap(({ letter }, axis) => (isFixed[axis] ? [[letter, placeTerm(at[axis] as number, line.term?.at as Place)] as const] : [])),
      );
      const letters = table.axes.flatMap(({ letter }, axis) => (isFixed[axis] ? [] : [letter]));
      const instance = (term: Term): Term => tableTerm(letters, replaced(term.kind === "table" ? term.body : term, places));
      const own = tableTerm(
        letters,
        termOfFound(
          { table, at: index.map((each, axis) => fixed[axis] ?? (table.axes[axis]?.extent === 1 ? 0 : each)), isWhole: false },
          line.term.at,
        ),
      );
      this.page.addLine({ name, node, text: line.text, term: instance(line.term), others: [...(line.others ?? []).map(instance), own], beside: [] });
    }
    return { name, node, what: table.of === undefined ? name : words.marking.parts.gradient };
  }

  /** A claim about a function: `g'(a_j) = 1 - z_j^2`, or `g(a) = tanh(a)` for any a. */
  private ofCall(claim: Claim, left: string, place: Place): Sides {
    const layers = layersIn(this.page.reader, undefined, [...this.elementsIn(left, place), ...this.elementsIn(claim.right, claim.at)]);
    const name = /^[^(]*\(\s*([^()\s]{1,20})\s*\)$/.exec(left)?.[1];
    const argument = name === undefined || this.isKnown(name) ? undefined : { name, term: this.anyArgument(place) };
    const of = this.term(left, place, { layers, argument });
    const letters = freeLetters(of, (other) => this.page.tables.has(other));
    const node = this.page.valueNode(left, [], (scope) => evaluate(tableTerm(letters, of), scope, workOf()));
    const target = { name: write(of), node, what: write(of) };
    return { target, name: target.name, term: tableTerm(letters, this.term(claim.right, claim.at, { layers, argument })) };
  }

  private isKnown(text: string): boolean {
    const [element] = this.elementsIn(text, { line: 1, column: 1 });
    return element?.text === text && this.page.reader.find(element, noLetters.layers)?.isWhole === false;
  }

  /** Values before an activation, in place of any number. */
  private anyArgument(at: Place): Term {
    const { signs, network } = this.page.written;
    const isOfRows = signs.notation === "index" && network.rows !== undefined;
    const before = signs.of(isOfRows ? "n" : undefined).before(1, "j");
    const element = { text: "", name: before.name, below: before.index.join(","), layer: before.layer };
    const found =
      this.page.reader.find(element, noLetters.layers) ?? this.page.reader.find({ ...element, below: isOfRows ? "n,1" : "1" }, noLetters.layers);
    return found ? termOfFound(found, at) : { kind: "number", value: 0.5, at };
  }

  /** A sign of the page with numbers that it does not have, or none, is no name of one's own. @throws GradcError `not-on-the-page` */
  private checkName(left: string, place: Place): void {
    const [, sign] = /^(.+?)_?(?:\{[\d,+]*\}|[\d₀-₉]+)$/u.exec(left) ?? [];
    const spellings = this.page.reader.signs.flatMap((each) => each.spellings);
    if (sign !== undefined && spellings.includes(sign)) throw this.unknown({ text: left, name: sign, below: undefined, layer: undefined }, place);
  }

  /** A name of the student's own, of one number or with letters below for several. */
  private definition(claim: Claim, left: string, place: Place): Sides {
    if (/^[∂d][^/]{1,40}\/\s*[∂d]/u.test(left)) {
      const names = [...this.page.tables.keys()].filter((name) => name.startsWith("∂"));
      throw notOnThePage("gradient", left.slice(0, 60), nearestOf(left, names), place);
    }
    if (!/^\p{L}[\p{L}\p{M}\p{N}_.′{},]{0,40}$/u.test(left))
      throw notAFormula(place, JSON.stringify(left.slice(0, 60)), "a sign of the page such as δ_1 or ∂L/∂w_11^(1) on the left of =");
    this.checkName(left, place);
    const [base = left] = /^\p{L}[\p{L}\p{M}]{0,20}?(?=[_ᵢⱼₖₗₘₙ])/u.exec(left) ?? [];
    const written = elementAt(left, 0, [{ name: base, spellings: [base], isLayered: false }]);
    const letters = written?.text === left && written.below !== undefined ? [...written.below.replaceAll(",", "")] : [];
    const isLettered = letters.length > 0 && letters.every((letter) => /[a-z]/.test(letter));
    const layers = layersIn(this.page.reader, undefined, this.elementsIn(claim.right, claim.at));
    const term = tableTerm(isLettered ? letters : [], this.term(claim.right, claim.at, { layers }));
    if (isLettered) this.own.set(base, letters.length);
    return { target: undefined, name: isLettered ? base : left, term };
  }
}
