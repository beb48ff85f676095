// The code of examples, as it stands in the sources under `examples/`.
import { Node, type SourceFile, SyntaxKind } from "ts-morph";

/** What the pages show of an example. */
export interface Code {
  readonly text: string;
  /** Whether it is a call, and not a part of what a call gives. */
  readonly isCall: boolean;
}

/** The function that an entry of a table is, or is made of. */
function functionIn(node: Node | undefined): Node | undefined {
  if (Node.isArrowFunction(node)) return node.getBody();
  return Node.isCallExpression(node) ? functionIn(node.getArguments().at(-1)) : undefined;
}

/** Lines without what the last of them begins with. */
function unindented(node: Node): string {
  const text = node.getText();
  const [, indent = ""] = /\n( *)[^\n]*$/.exec(text) ?? [];
  return text.replaceAll(`\n${indent}`, "\n");
}

const bodyText = (body: Node): string =>
  Node.isBlock(body)
    ? unindented(body)
        .replace(/^\{\n|\n\}$/g, "")
        .replace(/^ {2}/gm, "")
    : unindented(body);

/** The code of each example in `files` by the name of what it shows. */
export function codeIn(files: readonly SourceFile[]): Map<string, Code> {
  const found = new Map<string, Code>();
  for (const property of files.flatMap((file) => file.getDescendantsOfKind(SyntaxKind.PropertyAssignment))) {
    const body = functionIn(property.getInitializer());
    if (body) found.set(property.getName().replace(/^"|"$/g, ""), { text: bodyText(body), isCall: Node.isCallExpression(body) });
  }
  return found;
}
