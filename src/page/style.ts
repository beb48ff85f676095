// How a page of formulas looks: as in a textbook, by day and by night, on a phone and on paper.

/** How formulas look. Classes tml, chr and wbk are Temml's. */
export const mathStyle = `
math { font-family: "Latin Modern Math", "STIX Two Math", "Cambria Math", "Libertinus Math", math; font-size: 1.15rem; }
mtd { padding: .2em .4em !important; }
.tml-left { text-align: left; } .tml-right { text-align: right; }
.tml-sml-pad { padding-left: .05em; } .tml-med-pad { padding-left: .1em; } .tml-lrg-pad { padding-left: .15em; }
.chr-sml { transform: translate(.07em, 0); } .chr-med { transform: translate(.14em, 0); } .chr-lrg { transform: translate(.21em, 0); }
@supports (-moz-appearance: none) { .chr-sml, .chr-med, .chr-lrg { transform: none; } }
@supports (-webkit-backdrop-filter: blur(1px)) { .wbk-acc { transform: translate(0, .431em); } .wbk-sml-acc { transform: translate(.07em, .431em); } .wbk-med-acc { transform: translate(.14em, .431em); } .wbk-lrg-acc { transform: translate(.21em, .431em); } }
.word { font-family: "Latin Modern Roman", "STIX Two Text", Cambria, "Libertinus Serif", "Times New Roman", serif; font-style: italic; }
`;

export const style = `${mathStyle}:root { color-scheme: light dark; --text: #1c1e21; --faint: #5b6167; --ground: #fff; --line: #d9dce0; --panel: #f5f6f8; --title: #33305c; --link: #0b57a4; --number: #0a6b35; --mark: #ffe08a; --marked: #1c1e21; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6e8eb; --faint: #a2a9b1; --ground: #14171b; --line: #373b41; --panel: #1d2126; --title: #c9c4ff; --link: #83bdff; --number: #6fd69a; --mark: #5c4a00; --marked: #fff; }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0 auto; padding: 1.25rem 1.25rem 4rem; max-width: 76rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--text); background: var(--ground); overflow-wrap: anywhere; }
a { color: var(--link); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
h1 { font-size: 1.6rem; margin: 0; }
h2 { font-size: 1.15rem; color: var(--title); margin: 2rem 0 .5rem; }
h3 { font-size: 1rem; margin: 0; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; margin: .5rem 0; padding: 0; }
.faint { color: var(--faint); font-size: .875rem; margin: .25rem 0; }
.parts { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0 3rem; }
.line:has(> .beside > .numbers[open]) { align-items: flex-start; }
.lines, .where { list-style: none; margin: 0; padding: 0; }
.line { display: flex; flex-wrap: wrap; gap: 0 1.5rem; align-items: center; justify-content: space-between; padding: .3rem 0; }
.line > :first-child { flex: 0 1 auto; min-width: 0; max-width: 100%; }
.line + .line { border-top: 1px solid var(--line); }
.wide { overflow-x: auto; overflow-y: hidden; padding: .15rem 0; }
.formula { padding-left: 2em; text-indent: -2em; }
.formula math { text-indent: 0; }
.formula { word-spacing: -.1em; }
.where { margin: .15rem 0 .15rem 1.25rem; padding-left: .75rem; border-left: 3px solid var(--line); }
.steps { margin: 0; padding-left: 1.75rem; }
.step { padding: .5rem 0; }
.step::marker { color: var(--faint); }
.step + .step { border-top: 1px solid var(--line); }
.step p { margin: 0; }
.step .line { padding: .1rem 0; border: 0; }
.said { color: var(--faint); }
.said math { color: var(--text); }
.rules { list-style: none; margin: .15rem 0; padding: 0; color: var(--title); }
.beside { display: flex; flex: 1 1 auto; gap: 0 1.25rem; align-items: center; justify-content: flex-end; max-width: 100%; }
.beside > * { min-width: 0; }
.beside > .place { flex: none; }
.value { color: var(--number); }
.value math { font-size: 1.05rem; overflow-wrap: normal; white-space: nowrap; }
.place { font: .8rem/1.5 ui-monospace, monospace; color: var(--faint); white-space: nowrap; }
a.place { color: var(--link); }
@media (min-width: 60rem) { .parts.short { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); } }
details { border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0; }
summary { cursor: pointer; padding: .4rem .75rem; background: var(--panel); border-radius: .5rem; }
summary h3 { display: inline; }
summary .faint { margin-left: .75rem; }
details > .lines, details > .wide { padding: 0 .75rem; }
figure { margin: 1rem 0; max-height: 70rem; overflow-y: auto !important; }
figure svg { max-width: max(100%, min(40rem, .65 * var(--gradc-width))) !important; }
table { border-collapse: collapse; overflow-wrap: normal; }
th, td { padding: .25rem 1rem .25rem 0; text-align: left; vertical-align: middle; border-bottom: 1px solid var(--line); }
th { font-weight: 600; }
.shape { white-space: nowrap; }
button { font: inherit; color: inherit; background: none; border: 1px solid var(--line); border-radius: .35rem; padding: .1rem .5rem; cursor: pointer; position: relative; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
button[aria-pressed="true"] { border-color: var(--link); }
[data-symbol] { cursor: pointer; border-radius: .15rem; }
.marked { background: var(--mark); color: var(--marked); }
#said { position: fixed; inset: auto 0 0 0; margin: 0; padding: .4rem 1.25rem; background: var(--panel); border-top: 1px solid var(--line); font-size: .9rem; min-height: 2.2rem; }
#said:empty { display: none; }
.steps-of { list-style: none; margin: 0; padding: 0; }
.steps-of li { display: flex; gap: .5rem; align-items: baseline; }
.steps-of li > .faint { flex: none; }
.numbers { min-width: 0; max-width: 100%; font-size: .95rem; font-variant-numeric: tabular-nums; }
details.numbers { border: 0; margin: 0; }
.numbers summary { background: none; padding: 0; }
.numbers .faint { margin-left: .25rem; white-space: nowrap; }
details.numbers > .wide { width: fit-content; max-width: 100%; max-height: 24rem; overflow: auto; padding: 0; margin: .25rem 0; border: 1px solid var(--line); border-radius: .35rem; }
td .numbers > .wide { max-width: min(32rem, 70vw); }
.numbers th, .numbers td { padding: .1rem .6rem; text-align: right; border: 0; white-space: nowrap; }
.numbers th { color: var(--faint); font-weight: 400; font-size: .85em; }
.numbers thead, .numbers tbody th { position: sticky; background: var(--panel); }
.numbers thead { top: 0; z-index: 1; }
.numbers tbody th { left: 0; }
.numbers caption { text-align: left; padding: .25rem .6rem 0; color: var(--faint); }
.numbers sup { line-height: 0; font-size: .75em; }
.conventions { padding-left: 1.25rem; max-width: 60rem; }
pre { margin: .5rem 0; padding: .75rem 0; background: var(--panel); border-radius: .5rem; overflow-x: auto; font: .85rem/1.5 ui-monospace, monospace; overflow-wrap: normal; counter-reset: row; tab-size: 2; }
pre span { display: block; padding: 0 .75rem 0 3.5rem; text-indent: -3rem; min-width: max-content; }
pre span::before { counter-increment: row; content: counter(row); display: inline-block; width: 2rem; margin-right: 1rem; text-indent: 0; text-align: right; color: var(--faint); }
pre span:target { background: var(--mark); color: var(--marked); }
pre span:target::before { color: inherit; }
@media print {
  :root { color-scheme: light; --text: #000; --faint: #444; --ground: #fff; --panel: #fff; --title: #000; --link: #000; --number: #0a6b35; --line: #bbb; }
  body { padding: 0; max-width: none; font-size: 10pt; }
  nav, #said, .hint { display: none; }
  .marked { background: none; color: inherit; }
  a { text-decoration: none; }
  .line, tr, details { break-inside: avoid-page; }
  h2, summary { break-after: avoid; }
  .wide, pre, figure { overflow: visible !important; max-height: none; }
  details.numbers > .wide, td .numbers > .wide { max-height: none; max-width: none; border: 0; }
  th, td { padding-right: .5rem; }
  td .place { white-space: normal; }
  .numbers table { font-size: 7.5pt; }
  .numbers th, .numbers td { padding: 0 .4em; }
  .valued > * > tr { display: grid; grid-template-columns: minmax(9rem, max-content) minmax(0, 1fr) 6rem 11rem; padding: .25rem 0; border-bottom: 1px solid var(--line); }
  .valued > * > tr > * { padding: 0 .5rem 0 0; border: 0; overflow-wrap: anywhere; }
  .valued > * > tr > :nth-child(2) { order: 1; grid-column: 1 / -1; }
  .valued > thead > tr > :nth-child(2) { display: none; }
  .broad tr, td .numbers tr { display: flex; flex-wrap: wrap; padding-left: 2rem; border-top: 1px solid var(--line); break-inside: auto; }
  .broad tr > *, td .numbers tr > * { width: 4.6rem; }
  .broad tr > :first-child, td .numbers tr > :first-child { width: 2rem; margin-left: -2rem; text-align: left; }
  td .value math { font-size: 8pt; }
  math.long { font-size: 70%; }
  button { border: 0; padding: 0; }
  pre span { white-space: pre-wrap; min-width: 0; overflow-wrap: anywhere; }
}
`;
