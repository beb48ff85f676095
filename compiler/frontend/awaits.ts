// `await` where nothing waits. A definition runs in one go: at the top of its files, in bodies and in functions that are not async.
import type { ts } from "@ts-morph/common";
import type { TypeScript } from "./reach.ts";

/** What is awaited outside of async functions; the whole statement for a loop. */
export function awaitsOutside(api: TypeScript, file: ts.SourceFile): ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (node: ts.Node, isAsync: boolean): void => {
    const isWithin = api.isFunctionLike(node) ? isAsyncFunction(api, node) : isAsync;
    if (!isWithin && isWaiting(api, node)) found.push(node);
    api.forEachChild(node, (child) => visit(child, isWithin));
  };
  visit(file, false);
  return found;
}

const isAsyncFunction = (api: TypeScript, node: ts.Node): boolean =>
  (api.getCombinedModifierFlags(node as ts.Declaration) & api.ModifierFlags.Async) !== 0;

const isWaiting = (api: TypeScript, node: ts.Node): boolean =>
  api.isAwaitExpression(node) || (api.isForOfStatement(node) && node.awaitModifier !== undefined);
