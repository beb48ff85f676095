// What the documented schema says of data.
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";

const schema = JSON.parse(readFileSync(new URL("../../../docs/page.schema.json", import.meta.url), "utf8"));
const validate = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true }).compile(schema);

/** Where `json` is no page, none where it is one. */
export const faultsOf = (json: unknown): unknown[] => (validate(json) ? [] : (validate.errors ?? []));
