/** The style sheet of the page: light and dark, wide and narrow, screen and paper. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --ink: #111827; --soft: #4b5563; --line: #dfe3e8; --head: #eef1f4;
  --good: #00694d; --good-fill: #e3f4ee; --bad: #a33a00; --bad-fill: #fdeadf; --wait: #5b6770; --wait-fill: #eceff2;
  --chip: #e8ecf1; --link: #005a8e; --best: #e3f4ee;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0f1419; --card: #171d24; --ink: #e8ecf0; --soft: #a6b0bb; --line: #2c3540; --head: #1f2730;
    --good: #5fd3ae; --good-fill: #12332a; --bad: #ff9d66; --bad-fill: #3b2013; --wait: #a6b0bb; --wait-fill: #232c36;
    --chip: #27313c; --link: #7cc4f0; --best: #12332a;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 Inter, system-ui, sans-serif; }
main, header.top { max-width: 1320px; margin: 0 auto; padding: 0 24px; }
header.top { padding-top: 32px; }
h1 { font-size: 26px; line-height: 1.2; margin: 0 0 4px; letter-spacing: -0.01em; }
h2 { font-size: 19px; margin: 44px 0 10px; letter-spacing: -0.005em; }
h3 { font-size: 15px; margin: 24px 0 8px; }
p { margin: 6px 0; max-width: 100ch; }
a { color: var(--link); }
.soft { color: var(--soft); }
.small { font-size: 13px; }
code, pre { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { background: var(--head); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px; overflow-x: auto; margin: 8px 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 18px 20px; }
.verdict { margin-top: 20px; border-left: 6px solid var(--wait); }
.verdict.all { border-left-color: var(--good); }
.verdict.wrong { border-left-color: var(--bad); }
.verdict .headline { font-size: 17px; font-weight: 600; margin: 0 0 4px; }
.verdict ul { list-style: none; margin: 14px 0 0; padding: 0; display: grid; gap: 8px; }
.verdict li { display: grid; grid-template-columns: auto minmax(0, 14em) minmax(0, 1fr); gap: 4px 12px; align-items: baseline; }
.verdict li .name { font-weight: 600; overflow-wrap: anywhere; }
.state { display: inline-block; min-width: 8.2em; text-align: center; font-size: 12px; font-weight: 600; border-radius: 999px; padding: 1px 10px; background: var(--wait-fill); color: var(--wait); }
.state.verified { background: var(--good-fill); color: var(--good); }
.state.different { background: var(--bad-fill); color: var(--bad); }
.key { display: inline-block; min-width: 1.7em; text-align: center; font-weight: 600; font-size: 12px; border-radius: 999px; background: var(--wait); color: var(--card); padding: 1px 5px; margin-right: 6px; }
.scroll { overflow: auto; max-height: 84vh; border: 1px solid var(--line); border-radius: 10px; background: var(--card); }
table { border-collapse: separate; border-spacing: 0; width: 100%; font-size: 13.5px; font-variant-numeric: tabular-nums; }
th, td { padding: 8px 12px; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
tbody tr:last-child th, tbody tr:last-child td { border-bottom: 0; }
tfoot th, tfoot td { border-top: 2px solid var(--line); border-bottom: 0; font-weight: 600; }
thead th { position: sticky; top: 0; z-index: 2; background: var(--head); font-weight: 600; vertical-align: bottom; line-height: 1.3; }
tbody th { font-weight: 600; }
.comparison tbody th, .comparison thead th:first-child { position: sticky; left: 0; background: var(--card); z-index: 1; border-right: 1px solid var(--line); }
.comparison thead th:first-child { z-index: 3; background: var(--head); }
.comparison td { white-space: nowrap; }
.comparison table { font-size: 13px; }
.comparison th, .comparison td { padding: 8px 6px; }
.comparison .state { min-width: 0; }
.comparison td .badge:last-child { display: block; width: fit-content; margin: 2px 0 0 auto; }
.comparison tbody th { white-space: nowrap; }
td.n, th.n { text-align: right; }
td.n { white-space: nowrap; }
.unit { display: block; font-weight: 400; color: var(--soft); font-size: 12px; }
.band { display: block; font-weight: 400; color: var(--soft); font-size: 12px; }
.badge { display: inline-block; margin-left: 6px; padding: 0 5px; border-radius: 4px; background: var(--chip); color: var(--soft); font-size: 11px; line-height: 1.5; font-weight: 400; vertical-align: 1px; }
.badge.origin-differs, .badge.origin-assumed { background: var(--bad-fill); color: var(--bad); }
td.best, td.tied { background: var(--best); }
td.best .value { font-weight: 600; color: var(--good); }
td.tied .value { color: var(--good); }
tr.bottleneck th::after { content: "bottleneck"; margin-left: 8px; font-size: 11px; font-weight: 600; color: var(--bad); }
button.sort { all: unset; cursor: pointer; display: block; width: 100%; }
button.sort:hover { color: var(--link); }
button.sort:focus-visible { outline: 2px solid var(--link); outline-offset: 3px; border-radius: 3px; }
th[aria-sort="ascending"] button.sort::after { content: " \\2191"; }
th[aria-sort="descending"] button.sort::after { content: " \\2193"; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 10px 0 0; padding: 0; list-style: none; font-size: 12.5px; color: var(--soft); }
.legend .badge { margin: 0 4px 0 0; }
figure { margin: 18px 0 0; }
figure h3 { margin: 0 0 8px; font-size: 16px; }
.plot { position: relative; width: 100%; max-width: 1180px; }
figcaption { color: var(--soft); font-size: 13.5px; margin-top: 10px; max-width: 90ch; }
details.numbers { margin-top: 8px; font-size: 13.5px; }
details.numbers .scroll { max-height: 60vh; margin-top: 8px; }
details { margin-top: 12px; }
details > summary { cursor: pointer; font-weight: 600; overflow-wrap: anywhere; }
details > summary .soft { font-weight: 400; }
details[open] > summary { margin-bottom: 10px; }
dl.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(230px, 1fr)); gap: 10px 24px; margin: 0; }
dl.facts dt { color: var(--soft); font-size: 12.5px; }
dl.facts dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.bar { display: inline-block; width: 72px; height: 8px; border-radius: 4px; background: var(--chip); margin-right: 8px; vertical-align: 1px; overflow: hidden; }
.bar i { display: block; height: 100%; background: var(--wait); }
.dot { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin-right: 6px; }
td.words { min-width: 16em; }
footer { max-width: 1320px; margin: 40px auto 0; padding: 16px 24px 40px; color: var(--soft); font-size: 12.5px; }
@media (max-width: 720px) {
  main, header.top, footer { padding-left: 14px; padding-right: 14px; }
  .card { padding: 14px; }
  .verdict li { grid-template-columns: auto minmax(0, 1fr); }
  .verdict li .sentence { grid-column: 1 / -1; }
  th, td { padding: 6px 8px; }
  .comparison tbody th { white-space: normal; min-width: 7.5em; overflow-wrap: anywhere; }
}
@media print {
  :root {
    --page: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb; --head: #eee; --good: #00694d; --good-fill: #fff;
    --bad: #a33a00; --bad-fill: #fff; --wait: #555; --wait-fill: #fff; --chip: #eee; --link: #000; --best: #eee;
  }
  @page { size: A4 landscape; margin: 12mm; }
  body { font-size: 11px; }
  main, header.top, footer { max-width: none; padding: 0; }
  .scroll { overflow: visible; max-height: none; border: 0; }
  table, .comparison table { font-size: 9px; }
  th, td, .comparison th, .comparison td { padding: 3px 5px; }
  thead th, .comparison tbody th, .comparison thead th:first-child { position: static; }
  figure, tr, .verdict { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .plot { max-width: 240mm; }
}
`;
