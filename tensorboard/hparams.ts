// Settings of a run and the names of what they are judged by (tensorboard/plugins/hparams/plugin_data.proto and api.proto).
import { joined } from "./bytes.ts";
import { double, message, text, whole } from "./protobuf.ts";
import { metadata, summaryOf } from "./summary.ts";

/** A setting of a run. */
export type Hparam = number | string | boolean;

/** Its number in `DataType`, and its field of `google.protobuf.Value`. */
const kinds = {
  string: { type: 1, value: (value: Hparam) => text(3, String(value)) },
  boolean: { type: 2, value: (value: Hparam) => whole(4, Boolean(value)) },
  number: { type: 3, value: (value: Hparam) => double(2, Number(value)) },
};

const kindOf = (value: Hparam) => kinds[typeof value as keyof typeof kinds];

const success = 1;

/** The summaries of what there is to compare, of a run that begins, and of one that ended. */
export function hparamSummaries(hparams: Readonly<Record<string, Hparam>>, metrics: readonly string[]): Uint8Array[] {
  const settings = Object.entries(hparams);
  const infos = settings.map(([name, value]) => message(4, text(1, name), whole(4, kindOf(value).type)));
  const measured = metrics.map((tag) => message(5, message(1, text(2, tag))));
  const values = settings.map(([name, value]) => message(1, text(1, name), message(2, kindOf(value).value(value))));
  const summary = (name: string, content: Uint8Array) => summaryOf(`_hparams_/${name}`, metadata("hparams", joined([whole(1, 0), content])));
  return [
    summary("experiment", message(2, ...infos, ...measured)),
    summary("session_start_info", message(3, ...values)),
    summary("session_end_info", message(4, whole(1, success))),
  ];
}
