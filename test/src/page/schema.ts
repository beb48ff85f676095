// What the documented schema says of data.
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";

const schema = JSON.parse(readFileSync(new URL("../../../docs/page.schema.json", import.meta.url), "utf8"));
const ajv = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true });
const whole = ajv.compile(schema);
const alone = {
  page: ajv.compile({ ...schema, anyOf: [{ $ref: "#/$defs/page" }] }),
  derivation: ajv.compile({ ...schema, anyOf: [{ $ref: "#/$defs/derivation" }] }),
};

/** Where `json` is no page or no derivation, none where it is one. */
export function faultsOf(json: unknown, kind: keyof typeof alone = "page"): unknown[] {
  const validate = alone[kind];
  if (!validate(json)) return validate.errors ?? [];
  return whole(json) ? [] : (whole.errors ?? []);
}
