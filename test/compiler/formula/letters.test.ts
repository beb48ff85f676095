// Names as they are set, in each format that sets them.
import { expect, test } from "vitest";
import { html } from "../../../compiler/formula/html.ts";
import { latex } from "../../../compiler/formula/latex.ts";

test.each([
  ["x", "x", "<var>x</var>"],
  ["hidden", "\\mathit{hidden}", "<var>hidden</var>"],
  ["yhat", "\\hat{y}", "<var>y\u0302</var>"],
  ["W_yhat", "W_{\\hat{y}}", "<var>W</var><sub><var>y\u0302</var></sub>"],
  ["y_hat", "\\hat{y}", "<var>y\u0302</var>"],
  ["W_y_hat", "W_{\\hat{y}}", "<var>W</var><sub><var>y\u0302</var></sub>"],
  ["theta_bar_1", "\\bar{\\theta}_{1}", "<var>θ\u0304</var><sub>1</sub>"],
  ["top_hat", "\\mathit{top\\_hat}", "<var>top_hat</var>"],
  ["chat", "\\mathit{chat}", "<var>chat</var>"],
  ["gamma", "\\gamma", "<var>γ</var>"],
  ["epsilonbar", "\\bar{\\varepsilon}", "<var>ε\u0304</var>"],
  ["theta_1", "\\theta_{1}", "<var>θ</var><sub>1</sub>"],
  ["h1", "h_{1}", "<var>h</var><sub>1</sub>"],
  ["b_conv12", "b_{\\mathit{conv}_{12}}", "<var>b</var><sub><var>conv</var><sub>12</sub></sub>"],
  ["h1_rest", "h_{1,\\mathit{rest}}", "<var>h</var><sub>1,<var>rest</var></sub>"],
  ["γ_h_1", "\\gamma_{h_{1}}", "<var>γ</var><sub><var>h</var><sub>1</sub></sub>"],
  ["γ_first_norm1", "\\gamma_{\\mathit{first},\\mathit{norm}_{1}}", "<var>γ</var><sub><var>first</var>,<var>norm</var><sub>1</sub></sub>"],
  [
    "m_W_q_first_attn",
    "m_{W_{q_{\\mathit{first},\\mathit{attn}}}}",
    "<var>m</var><sub><var>W</var><sub><var>q</var><sub><var>first</var>,<var>attn</var></sub></sub></sub>",
  ],
  ["δ_told_2_2_net", "\\delta_{\\mathit{told},2,2,\\mathit{net}}", "<var>δ</var><sub><var>told</var>,2,2,<var>net</var></sub>"],
  ["W_a__b", "W_{a_{\\mathit{\\_b}}}", "<var>W</var><sub><var>a</var><sub><var>_b</var></sub></sub>"],
  ["W__ab_cd", "W_{\\mathit{\\_ab\\_cd}}", "<var>W</var><sub><var>_ab_cd</var></sub>"],
  ["net_1", "\\mathit{net}_{1}", "<var>net</var><sub>1</sub>"],
  ["my_value", "\\mathit{my\\_value}", "<var>my_value</var>"],
  ["x′", "x'", "<var>x</var>′"],
  ["m_W_out⁺", "{m_{W_{\\mathit{out}}}^{+}}", "<var>m</var><sub><var>W</var><sub><var>out</var></sub></sub>⁺"],
  ["2", "2", "2"],
])("%s", (name, inLatex, inHtml) => {
  expect(latex.name(name)).toBe(inLatex);
  expect(html.name(name)).toBe(inHtml);
});
