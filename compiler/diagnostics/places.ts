// How an error names a value, and where it stands in the user's source.
import { type ErrorDetails, GradcError } from "../../runtime/error.ts";
import type { InputNode, Node, Position } from "../ir/node.ts";

/** `"hidden"`, or the op of a value without a name. */
export function describe(node: Node): string {
  const declared = node.graph.declarations.get(node)?.name ?? (node.op === "input" ? (node as InputNode).params.name : undefined);
  const [name] = node.graph.names.get(node) ?? [];
  // Until the body has run, the names of variables end in a number of their own.
  return declared === undefined && name === undefined ? `a value of "${node.op}"` : `"${declared?.replace(/~\d+$/, "") ?? name?.text}"`;
}

export function placeOf(node: Node): string | undefined {
  const position = node.graph.positions.get(node);
  return position && formatPosition(position);
}

export const formatPosition = ({ file, line, column }: Position): string => `${file}:${line}:${column}`;

/** A warning with the lines of its place and its help, as an error has them. */
export const detailed = (text: string, details: ErrorDetails): string => new GradcError("", text, details).message;

/** The message of an error without the lines of its place and its help. */
export const textOf = ({ message, at, help }: GradcError): string => message.slice(0, message.length - detailed("", { at, help }).length);

/** The same error with the place in the user's source. */
export function located(error: GradcError, position: Position): GradcError {
  return new GradcError(error.code, textOf(error), { at: formatPosition(position), help: error.help, cause: error.cause });
}

/** The same error with the file that it is about, unless it has a place. */
export function inFile(error: GradcError, file: string): GradcError {
  const [ending] = /\.([jt]s|csv|json|safetensors)$/.exec(file) ?? [];
  const isOtherKind = error.code === "not-a-module" && ending !== undefined;
  const text = isOtherKind ? `Not a gradc module: a ${ending} file` : textOf(error);
  const help = isOtherKind ? "give the .wasm that gradc build or gradc train made of the definition" : error.help;
  return new GradcError(error.code, text, { at: error.at ?? file, help, cause: error.cause });
}

/** The same error with other help. */
export const withHelp = (error: GradcError, help: string): GradcError =>
  new GradcError(error.code, textOf(error), { at: error.at, help, cause: error.cause });
