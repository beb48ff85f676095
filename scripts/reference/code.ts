// The code of examples, as it stands in the sources under `examples/`.
import { Node, type SourceFile, SyntaxKind } from "ts-morph";

/** The function that an entry of a table is, or is made of. */
function functionIn(node: Node | undefined): Node | undefined {
  if (Node.isArrowFunction(node)) return node.getBody();
  return Node.isCallExpression(node) ? functionIn(node.getArguments().find(Node.isArrowFunction)) : undefined;
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
export function codeIn(files: readonly SourceFile[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const property of files.flatMap((file) => file.getDescendantsOfKind(SyntaxKind.PropertyAssignment))) {
    const body = functionIn(property.getInitializer());
    if (body) found.set(property.getName().replace(/^"|"$/g, ""), bodyText(body));
  }
  return found;
}
