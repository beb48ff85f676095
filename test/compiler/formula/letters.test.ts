// Names as they are set, in each format that sets them.
import { expect, test } from "vitest";
import { html } from "../../../compiler/formula/html.ts";
import { latex } from "../../../compiler/formula/latex.ts";

test.each([
  ["x", "x", "<var>x</var>"],
  ["hidden", "\\mathit{hidden}", "<var>hidden</var>"],
  ["yhat", "\\hat{y}", "<var>y\u0302</var>"],
  ["W_yhat", "W_{\\hat{y}}", "<var>W</var><sub><var>y\u0302</var></sub>"],
  ["chat", "\\mathit{chat}", "<var>chat</var>"],
  ["gamma", "\\gamma", "<var>γ</var>"],
  ["epsilonbar", "\\bar{\\varepsilon}", "<var>ε\u0304</var>"],
  ["theta_1", "\\theta_{1}", "<var>θ</var><sub>1</sub>"],
  ["h1", "h_{1}", "<var>h</var><sub>1</sub>"],
  ["b_conv12", "b_{\\mathit{conv}_{12}}", "<var>b</var><sub><var>conv</var><sub>12</sub></sub>"],
  ["h1_rest", "h_{1,\\mathit{rest}}", "<var>h</var><sub>1,<var>rest</var></sub>"],
  ["net_1", "\\mathit{net}_{1}", "<var>net</var><sub>1</sub>"],
  ["my_value", "\\mathit{my\\_value}", "<var>my_value</var>"],
  ["x′", "x'", "<var>x</var>′"],
  ["m_W_out⁺", "{m_{W_{\\mathit{out}}}^{+}}", "<var>m</var><sub><var>W</var><sub><var>out</var></sub></sub>⁺"],
  ["2", "2", "2"],
])("%s", (name, inLatex, inHtml) => {
  expect(latex.name(name)).toBe(inLatex);
  expect(html.name(name)).toBe(inHtml);
});
