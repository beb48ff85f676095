// What a page of formulas holds as plain data: all that is drawn of it is drawn from this.

/** An element of a value; what JSON has no number for is a text. */
export type JsonNumber = number | "NaN" | "Infinity" | "-Infinity";

/** An extent: a number, or the name of one that is known when data is there, as `batch`. */
export type JsonDim = number | string;

/** A place in the user's source, counted from 1; `file` is relative to the definition's folder. */
export interface JsonPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Numbers that the example of `--at` gives. */
export interface JsonValues {
  readonly shape: readonly number[];
  /** The first 256 elements in row-major order; of the value after a step of a derivation all. */
  readonly elements: readonly JsonNumber[];
}

/** What stands below the name of a function: a number, a word or a letter, several along the axes, or pairs of what is before and behind. */
export type SettingValue = number | string | readonly SettingValue[];

/** Numbers of a value that changes from step to step: at the first steps and at the last, t counted from 1. */
export interface JsonSteps {
  /** How many steps there are. */
  readonly count: number;
  readonly at: readonly { readonly t: number; readonly values: JsonValues }[];
}

/** `stride=2` as a name and a value; what has no name is told by its place. */
export interface Setting {
  readonly name?: string;
  readonly value: SettingValue;
}

interface Identity {
  /** The same for the same value of the page, whether it is written out or called by its name. */
  readonly id: number;
  /** Whether the value has no axes. */
  readonly scalar?: true;
}

/** An element of a value. */
export interface JsonElement {
  readonly kind: "element";
  readonly name: string;
  readonly index: readonly string[];
  readonly layer?: string;
  readonly scalar: true;
}

/** A place along an axis: a number and multiples of letters, or of the whole part of a letter divided by `over`. */
export interface JsonPosition {
  readonly terms: readonly { readonly times: number; readonly letter: string; readonly over?: number }[];
  readonly plus: number;
}

/** A letter that goes from 0 up to before `below`, or as far as the axis at which it stands alone. */
export interface JsonLetter {
  readonly letter: string;
  readonly below?: number;
}

/** A part of a formula. */
export type Term = Identity &
  /** With `digits`, so many significant ones are written. */
  (
    | { readonly kind: "number"; readonly value: JsonNumber; readonly digits?: number }
    /** A symbol by its name; `index` are letters for its axes, `step` says at which step of a loop. */
    | { readonly kind: "variable"; readonly name: string; readonly index?: readonly string[]; readonly step?: string }
    /** ∂of/∂by, both by their names on the page. */
    | { readonly kind: "derivative"; readonly of: string; readonly by: string }
    /** An element by its indices, numbers or letters, of the layer or module `layer` where there are several: on pages of scalars. */
    | JsonElement
    /** ∂of/∂by, by one element. */
    | { readonly kind: "partial"; readonly of: string; readonly by: JsonElement }
    /** A function; `subscript` is the text of its settings, `leading` how many arguments stand before a semicolon. */
    | {
        readonly kind: "call";
        readonly name: string;
        readonly args: readonly Term[];
        readonly subscript?: string;
        readonly settings?: readonly Setting[];
        readonly leading?: number;
      }
    /** Arithmetic element by element; `neg` and `not` have one argument. */
    | {
        readonly kind: "operator";
        readonly op: "+" | "-" | "*" | "/" | "^" | "neg" | "not" | "=" | "≠" | "<" | "≤" | ">" | "≥" | "|";
        readonly args: readonly Term[];
      }
    /** `value` where `condition` holds. */
    | { readonly kind: "cases"; readonly condition: Term; readonly value: Term; readonly otherwise: Term }
    /** 1 where the body holds, else 0. */
    | { readonly kind: "indicator"; readonly body: Term }
    /** A sum of products over the letters that the result of `spec` has not: `ik,kj->ij`. */
    | { readonly kind: "contraction"; readonly spec: string; readonly args: readonly [Term, Term] }
    /** The sum over axes, by what they are called and, where that is known, by their numbers. */
    | { readonly kind: "sum"; readonly over: readonly string[]; readonly axes?: readonly number[]; readonly body: Term }
    /** The sum over the numbers that a letter stands for. */
    | { readonly kind: "series"; readonly over: string; readonly body: Term }
    /** The element of the body at a place along each axis; outside of them it counts 0, in a maximum −∞. */
    | { readonly kind: "indexed"; readonly body: Term; readonly at: readonly JsonPosition[] }
    /** A place as a number. */
    | { readonly kind: "place"; readonly at: JsonPosition }
    /** Over all values of letters the sum of the body or its maximum; with "argmax" whether they are those of its first largest. */
    | { readonly kind: "ranged"; readonly op: "sum" | "max" | "argmax"; readonly over: readonly JsonLetter[]; readonly body: Term }
    /** Parentheses. */
    | { readonly kind: "group"; readonly body: Term }
    /** The last two axes exchanged. */
    | { readonly kind: "transpose"; readonly body: Term }
    /** The body's elements under another shape: repeated along new axes where `axes` says which it has, else in their order; `at` are the letters of its axes where a reader would not see them, `from` is the body's own shape. */
    | {
        readonly kind: "view";
        readonly body: Term;
        readonly shape: readonly JsonDim[];
        readonly axes?: readonly number[];
        readonly at?: string;
        readonly from?: readonly JsonDim[];
      }
  );

/** `left = right`: what a name stands for, or what a function means whose arguments are the names in `left`. */
export interface JsonDefinition {
  /** As `gradc inspect` prints it. */
  readonly text: string;
  readonly left: Term;
  /** Where the right-hand side is an element: the letters of the axes of what is on the left. */
  readonly letters?: readonly string[];
  readonly right: Term;
}

/** A line of the page. */
export interface JsonLine extends JsonDefinition {
  readonly sign: "=" | "←";
  /** The same in another form. */
  readonly also?: Term;
  /** What is defined below the line. */
  readonly where: readonly JsonDefinition[];
  /** Of the last line of a rule for parameters: which they are, what they are trained by, what the rule calls one and its gradient, and what counts steps from where. */
  readonly rule?: {
    readonly of: readonly string[];
    readonly loss: string;
    readonly w: string;
    readonly g: string;
    readonly t?: string;
    readonly from?: 0 | 1;
  };
  /** Of the value, as far as the page knows it. */
  readonly shape?: readonly JsonDim[];
  /** Where the value was written; of a gradient, where the parameter was. */
  readonly place?: JsonPlace;
  /** The layer that the line is about, by its full name. */
  readonly layer?: string;
  readonly values?: JsonValues;
  readonly steps?: JsonSteps;
}

/** A line of the forward pass through which a gradient goes. */
export interface JsonPath {
  readonly line: JsonDefinition;
  /** The same in the form that runs, where that is another. */
  readonly stable?: JsonDefinition;
  readonly place?: JsonPlace;
  readonly rules: readonly JsonRule[];
}

/** A rule of differentiation: the op or form that it is of, and its words; below it paths whose contributions are added up. */
export interface JsonRule {
  readonly of: string;
  readonly words: string;
  readonly paths?: readonly string[];
  /** The operands through which it goes. */
  readonly through?: readonly Term[];
  /** What runs instead, where that is written in another form. */
  readonly note?: string;
}

/** What holds after a step, with what its names mean, and whether it is a line of the page. */
export interface JsonDerived extends JsonDefinition {
  readonly where: readonly JsonDefinition[];
  /** What is known by which the line above is this one. */
  readonly because?: string;
  readonly isOnPage: boolean;
}

/** From the loss, or from what was reached before, to one more value: several paths where contributions are added up, several lines for one gradient in several forms. */
export interface JsonStep {
  readonly paths: readonly JsonPath[];
  readonly lines: readonly JsonDerived[];
  /** The gradient for the example of `--at`, with all its elements. */
  readonly values?: JsonValues;
}

/** The derivation of one gradient as `gradc inspect --derive --format json` prints it. */
export interface DerivationJson {
  readonly name: string;
  readonly lang: string;
  readonly title: string;
  /** What is differentiated, and the full name of what by. */
  readonly of: string;
  readonly by: string;
  readonly steps: readonly JsonStep[];
  readonly conventions: readonly string[];
  readonly sources: readonly JsonSource[];
}

/** The lines of a part in their order. */
export interface JsonPart {
  readonly part: "forward" | "stable" | "predicted" | "errors" | "gradients" | "updates" | "scalars";
  readonly title: string;
  readonly lines: readonly JsonLine[];
}

/** A name on the page. */
export interface JsonSymbol {
  readonly name: string;
  readonly kind: "input" | "parameter" | "state" | "table" | "value" | "error";
  /** What the definition calls it; of an error the symbol that it is the error at. */
  readonly full?: string;
  /** Of an error the loss of the game that it is of. */
  readonly loss?: string;
  /** Of an error at what has no symbol whether that is what the layer of that name gives, or the sum with the parameter; else it stands before an activation. */
  readonly at?: "layer" | "sum";
  readonly dtype: "f32" | "i32" | "bool";
  readonly shape: readonly JsonDim[];
  /** At how many steps of a loop it has a value of that shape. */
  readonly stepCount?: number;
  readonly place?: JsonPlace;
  /** All elements of a table of constants in row-major order. */
  readonly table?: readonly JsonNumber[];
  readonly values?: JsonValues;
  readonly steps?: JsonSteps;
}

/** A use of a rule between the page as it was derived and as it runs. */
export interface JsonRewrite {
  /** The formula of the rule, or its words. */
  readonly rule: string;
  /** What it may change: nothing, rounding, or what is not finite. */
  readonly tag: "bits" | "reals" | "finite";
  /** The formula before and after as text. */
  readonly before: string;
  readonly after: string;
  readonly place?: JsonPlace;
}

/** The text of a file that places name. */
export interface JsonSource {
  readonly file: string;
  readonly text: string;
}

/** A page of formulas as `gradc inspect --format json` prints it, plain data that `JSON.stringify` keeps. */
export interface PageJson {
  readonly name: string;
  /** The language of titles and conventions: `en`. */
  readonly lang: string;
  readonly page: readonly JsonPart[];
  /** With `--as-run`: what lies between the page as it was derived and this one. */
  readonly rewrites?: readonly JsonRewrite[];
  readonly symbols: readonly JsonSymbol[];
  readonly conventions: readonly string[];
  readonly sources: readonly JsonSource[];
}
