import { scalarParsers } from "../../compiler/frontend/scalar/parsers.ts";
import { host } from "../../src/node/host.ts";

export const parsers = scalarParsers(host);
