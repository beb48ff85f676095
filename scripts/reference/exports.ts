// The exports of an entry with their signatures and doc comments, read by the TypeScript that ts-morph brings.
import { type ExpressionWithTypeArguments, type InterfaceDeclaration, type JSDoc, Node, type SourceFile, SyntaxKind, type Type, ts } from "ts-morph";
import { settingLines } from "./settings.ts";

/** One export, or one member of a namespace such as `nn`. */
export interface Described {
  /** As it is written in a program: `nn.linear`. */
  readonly name: string;
  readonly kind: "function" | "type" | "value";
  /** TypeScript, one signature or declaration a line. */
  readonly code: string;
  readonly text: string;
  /** What a function takes in an object, a line each. */
  readonly settings: readonly string[];
  /** `@throws`, `@example` and the like, a sentence each. */
  readonly notes: readonly string[];
}

const flags = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope | ts.TypeFormatFlags.OmitParameterModifiers;

/** Names in place of paths: `import("/.../tensor").Tensor` is `Tensor`. */
const withoutPaths = (text: string): string => text.replace(/import\("[^"]*"\)\./g, "");

function docOf(node: Node): JSDoc | undefined {
  const owner = Node.isVariableDeclaration(node) ? node.getVariableStatement() : node;
  return owner?.getChildrenOfKind(SyntaxKind.JSDoc).at(-1);
}

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, " ").trim();

function notesOf(doc: JSDoc | undefined): string[] {
  const tags = doc?.getTags() ?? [];
  return tags.map((tag) => {
    const text = oneLine(
      tag
        .getText()
        .replace(/^@\w+/, "")
        .replace(/\n\s*\*\s?/g, " ")
        .replace(/\*\/$/, ""),
    );
    const [, name = "", rest = ""] = tag.getTagName() === "param" ? (/^(\w+) (.*)$/.exec(text) ?? []) : [];
    if (tag.getTagName() === "example") return `Example: \`${text}\``;
    return tag.getTagName() === "throws" ? `Throws ${text}.` : name ? `\`${name}\`: ${rest}.` : text;
  });
}

/** `(x: Tensor, out: number): Tensor` for each way to call a value of this type. */
function signaturesOf(type: Type, node: Node, name: string): string[] {
  const checker = node.getProject().getTypeChecker().compilerObject;
  const texts = type.getCallSignatures().map((signature) => checker.signatureToString(signature.compilerSignature, node.compilerNode, flags));
  // An overload that cannot be called is there for its text.
  return texts.filter((text) => !text.endsWith(": never")).map((text) => `${name}${withoutPaths(text)}`);
}

/** A member of an interface, with its doc comment. */
function memberText(member: Node): string {
  const doc = Node.isJSDocable(member) ? member.getJsDocs().at(-1)?.getDescription() : undefined;
  const code = member
    .getText()
    .replace(/^\/\*\*[\s\S]*?\*\/\s*/, "")
    .replace(/\s*\n\s*/g, " ");
  return `${doc ? `  /** ${oneLine(doc)} */\n` : ""}  ${code}`;
}

/** The interface that `base` names, where it is described nowhere else, and its members read the same here. */
function hidden(base: ExpressionWithTypeArguments, exported: ReadonlySet<string>): InterfaceDeclaration | undefined {
  const name = base.getExpression().getText();
  const found = base.getType().getSymbol()?.getDeclarations().find(Node.isInterfaceDeclaration);
  if (!found || exported.has(name) || found.getName() !== name) return undefined;
  const [formal, given] = [found.getTypeParameters().map((each) => each.getName()), base.getTypeArguments().map((each) => each.getText())];
  return formal.join() === given.join() ? found : undefined;
}

/** Its own members, behind those that it has of interfaces that are described nowhere. */
const membersOf = (node: InterfaceDeclaration, exported: ReadonlySet<string>): string[] => [
  ...node.getExtends().flatMap((base) => {
    const inherited = hidden(base, exported);
    return inherited ? membersOf(inherited, exported) : [];
  }),
  ...node.getMembers().map(memberText),
];

function interfaceCode(node: InterfaceDeclaration, exported: ReadonlySet<string>): string {
  const bases = node.getExtends().filter((base) => !hidden(base, exported));
  const parameters = node.getTypeParameters().map((each) => oneLine(each.getText()));
  const head = [
    `interface ${node.getName()}${parameters.length > 0 ? `<${parameters.join(", ")}>` : ""}`,
    ...(bases.length > 0 ? [`extends ${bases.map((base) => oneLine(base.getText())).join(", ")}`] : []),
  ].join(" ");
  const members = membersOf(node, exported);
  return members.length > 0 ? `${head} {\n${members.join("\n")}\n}` : head;
}

function typeCode(node: Node, name: string, exported: ReadonlySet<string>): string {
  if (Node.isInterfaceDeclaration(node)) return interfaceCode(node, exported);
  if (Node.isClassDeclaration(node)) return `class ${name} extends ${node.getExtends()?.getText() ?? "Object"}`;
  return node
    .getText()
    .replace(/^\/\*\*[\s\S]*?\*\/\s*/, "")
    .replace(/^export /, "")
    .replace(/;$/, "");
}

const isType = (node: Node): boolean => Node.isInterfaceDeclaration(node) || Node.isTypeAliasDeclaration(node) || Node.isClassDeclaration(node);

/** How a value beside a type of the same name makes one. */
function constructorsOf(declarations: readonly Node[], name: string): string[] {
  return declarations.filter(Node.isVariableDeclaration).flatMap((node) => {
    const checker = node.getProject().getTypeChecker().compilerObject;
    const signatures = node.getType().getConstructSignatures();
    return signatures.map(
      ({ compilerSignature }) => `new ${name}${withoutPaths(checker.signatureToString(compilerSignature, node.compilerNode, flags))}`,
    );
  });
}

/** The export `name`, or a member of one, of which `type` is what is seen from outside. */
function describe(name: string, declarations: readonly Node[], type: Type, exported: ReadonlySet<string>): Described {
  const [node] = declarations as readonly [Node];
  const doc = declarations.map((each) => docOf(each)).find((each) => each !== undefined);
  const text = oneLine(doc?.getDescription() ?? "");
  const notes = notesOf(doc);
  if (isType(node)) {
    const code = [...constructorsOf(declarations, name), typeCode(node, name, exported)].join("\n\n");
    return { name, kind: "type", code, text, settings: [], notes };
  }
  const typeText = (each: Type) => withoutPaths(each.getText(node, flags));
  const signatures = signaturesOf(type, node, name);
  // Types of settings that functions outside of namespaces take are exported, and described by themselves.
  const settings = name.includes(".") ? settingLines(type, node, typeText) : [];
  if (signatures.length > 0) return { name, kind: "function", code: signatures.join("\n"), text, settings, notes };
  return { name, kind: "value", code: `${name}: ${typeText(type)}`, text, settings: [], notes };
}

/** The members of a value that has functions and nothing else, as `ops` is; they are declared elsewhere. */
function functionsOf(node: Node): { name: string; type: Type; declarations: Node[] }[] {
  if (!Node.isVariableDeclaration(node) || node.getType().getCallSignatures().length > 0) return [];
  const members = node.getType().getProperties();
  const described = members.map((member) => ({
    name: member.getName(),
    type: member.getTypeAtLocation(node),
    declarations: (member.getAliasedSymbol() ?? member).getDeclarations(),
  }));
  return described.every(({ type }) => type.getCallSignatures().length > 0) ? described.sort(byName) : [];
}

const byName = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : 1);

/** Everything that `file` exports, in order of name within each namespace. */
export function exportsOf(file: SourceFile, space = "", known: Iterable<string> = []): Described[] {
  const names = new Set([...known, ...file.getExportedDeclarations().keys()]);
  const exported = [...file.getExportedDeclarations()].map(([name, declarations]) => ({ name, declarations })).sort(byName);
  return exported.flatMap(({ name, declarations }) => {
    const [node] = declarations;
    if (!node) return [];
    // `export * as nn from ...` exports the file itself.
    if (Node.isSourceFile(node)) return exportsOf(node, `${name}.`, names);
    const members = functionsOf(node).map((member) => describe(`${name}.${member.name}`, member.declarations, member.type, names));
    return members.length > 0 ? members : [describe(space + name, declarations, node.getType(), names)];
  });
}
