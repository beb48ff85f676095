// The settings that a function takes in an object: names, types and doc comments, those of the types that they are inherited from too.
import { type JSDoc, Node, type Symbol as Property, type Type } from "ts-morph";

/** Every layer takes it: said once, at the head of the page. */
const everywhere = "name";

const isList = (type: Type): boolean => type.isArray() || type.isTuple() || type.getNumberIndexType() !== undefined;
const isSettings = (type: Type): boolean =>
  type.isObject() && !isList(type) && type.getCallSignatures().length === 0 && type.getSymbol()?.getName() !== "Tensor";

/** `number | { alpha?: number }` has the settings of its second part. */
function objectsOf(type: Type): Type[] {
  const given = type.getNonNullableType();
  // `Reduction & object` has those of its first part.
  if (given.isIntersection()) return given.getIntersectionTypes().every((part) => isSettings(part) || part.getText() === "object") ? [given] : [];
  return given.isUnion() ? given.getUnionTypes().flatMap(objectsOf) : isSettings(given) ? [given] : [];
}

/** Of the parameters named `options`, of numbers that may be given in an object too, and of what a layer is made of after its tensors. */
function settingTypes(type: Type, node: Node): Type[] {
  const parameters = type.getCallSignatures().flatMap((signature) => signature.getParameters());
  return parameters.flatMap((parameter) => {
    const given = parameter.getTypeAtLocation(node).getNonNullableType();
    if (given.isTuple()) return given.getTupleElements().flatMap(objectsOf);
    const isEither = given.isUnion() && given.getUnionTypes().some((part) => part.isNumber());
    return isEither || parameter.getName() === "options" ? objectsOf(given) : [];
  });
}

function docOf(property: Property): string {
  const docs = property.getDeclarations().flatMap((one): JSDoc[] => (Node.isJSDocable(one) ? one.getJsDocs() : []));
  return (docs.at(-1)?.getDescription() ?? "").replace(/\s*\n\s*/g, " ").trim();
}

/** A line for each setting of a function of this `type`, in the order in which they are declared. */
export function settingLines(type: Type, node: Node, textOf: (type: Type) => string): string[] {
  const lines = new Map<string, string>();
  for (const property of settingTypes(type, node).flatMap((each) => each.getProperties())) {
    const name = property.getName();
    const optional = property.isOptional() ? "?" : "";
    const text = docOf(property);
    const written = textOf(property.getTypeAtLocation(node)).replace(/ \| undefined$/, "");
    if (name !== everywhere) lines.set(name, `- \`${name}${optional}: ${written}\`${text && ` · ${text}`}`);
  }
  return [...lines.values()];
}
