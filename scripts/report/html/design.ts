import type { LevelResult, Result } from '../../../specs/result.ts';
import type { Synthesis } from '../../../specs/synthesis.ts';
import { cellsBadge, clockBadge, cyclesBadge, planned, tierBadge } from '../badge.ts';
import type { Row } from '../comparison.ts';
import { bottlenecks } from '../figures/cycles-by-layer.ts';
import { bandQuantity, count, counted, percent, quantity, scaled, scaleFor } from '../format.ts';
import { componentColours } from '../palette.ts';
import { bottleneckSentence, idleSentence, nextSentence } from '../planner.ts';
import { verdict } from '../verdict.ts';
import { html, type Markup, nothing } from './markup.ts';
import { badge, keyMark, stateMark, table } from './pieces.ts';

/** Everything about one design, folded away until it is asked for. */
export function designSection(row: Row, synthesis?: Synthesis): Markup {
  const { result } = row;
  const { design, energy, hardware } = result;
  const cycles = cyclesBadge(result);
  const facts: [string, Markup][] = [
    [
      'Model',
      html`${result.model.name}, ${counted(result.model.macs, 'MAC')}, ${counted(result.model.parameters, 'parameter')}, ${counted(result.model.layers, 'layer')}`,
    ],
    ['Architecture', html`${design.architecture}, <code>${JSON.stringify(design.parameters)}</code>`],
    ['Clock and technology', html`${quantity(design.clockHertz, 'Hz')}, ${design.technology}`],
    ['Energy per inference', html`${bandQuantity(energy.joulesPerInference, 'J')}${badge(tierBadge(energy.tier))}`],
    ['Scope of the energy', html`${energy.scope}`],
    [
      'Latency and interval',
      html`${count(result.cycles.latency)} and ${count(result.cycles.interval)} cycles${badge(cycles)}`,
    ],
    ['Utilisation', html`${percent(result.utilisation)}${badge(cycles)}`],
    ['Bottleneck', html`${bottleneckSentence(result)}${badge(planned)}`],
    ['Idle', html`${idleSentence(result)}${badge(planned)}`],
    ['Next step', html`${nextSentence(result)}${badge(planned)}`],
    [
      'Hardware',
      html`${counted(result.multipliers, 'multiplier')}, ${counted(hardware.requantizers, 'requantizer')}, ${counted(hardware.registerBits, 'register bit')}, ${count(hardware.weightMemoryBits)} weight bits, ${count(hardware.activationMemoryBits)} activation bits${badge(planned)}`,
    ],
  ];
  return html`<details class="card" id="design-${row.key}"><summary>${keyMark(row.key)}${row.name} ${stateMark(verdict(result))} <span class="soft">${bandQuantity(energy.joulesPerInference, 'J')} ${energy.tier}, ${quantity(result.latencySeconds, 's')}</span></summary>
<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${plan(result)}
${energyTable(result)}
${synthesisFacts(synthesis)}
${ladder(result)}
</details>`;
}

function plan(result: Result): Markup {
  const slowest = bottlenecks(result.stages);
  const origin = cyclesBadge(result);
  const rows = result.stages.map((stage) => {
    const share = Math.max(0, Math.min(100, 100 * stage.utilisation));
    return html`<tr${slowest.includes(stage) ? html` class="bottleneck"` : ''}><th scope="row">${stage.name}</th><td>${stage.kind}</td><td>${stage.layers.join(', ')}</td><td class="n">${count(stage.pe)}</td><td class="n">${count(stage.simd)}</td><td class="n">${count(stage.taps)}</td><td class="n">${count(stage.inputWidth)} / ${count(stage.outputWidth)}</td><td class="n">${count(stage.multipliers)}</td><td class="n">${count(stage.macs)}</td><td class="n">${count(stage.cycles)}</td><td class="n">${stage.multipliers === 0 ? '–' : html`<span class="bar" aria-hidden="true"><i style="width:${share.toFixed(1)}%"></i></span>${percent(stage.utilisation)}`}</td></tr>
`;
  });
  const number = { numeric: true };
  return html`<h3>Plan${badge(planned)} and cycles${badge(origin)}</h3>
${table(
  [
    { text: 'Stage' },
    { text: 'Kind' },
    { text: 'Layers' },
    { text: 'pe', unit: 'output channels', ...number },
    { text: 'simd', unit: 'inputs', ...number },
    { text: 'Taps', unit: 'of the kernel', ...number },
    { text: 'In / out', unit: 'elements per clock', ...number },
    { text: 'Multipliers', ...number },
    { text: 'MACs', unit: 'per inference', ...number },
    { text: 'Busy', unit: 'cycles per inference', ...number },
    { text: 'Utilisation', unit: 'of its multipliers', ...number },
  ],
  rows,
  'Stages and their folding',
)}`;
}

function energyTable(result: Result): Markup {
  const { tier, breakdown, joulesPerInference } = result.energy;
  const layers = Object.entries(breakdown.byLayerAndComponent);
  const components = componentColours([
    ...layers.flatMap(([, parts]) => Object.keys(parts)),
    ...Object.keys(breakdown.byComponent),
  ]);
  const scale = scaleFor(
    Object.values(breakdown.byLayer).map((band) => band.value),
    'J',
  );
  const share = (value: number) => (joulesPerInference.value > 0 ? percent(value / joulesPerInference.value) : '');
  const rows = layers.map(([layer, parts]) => {
    const band = breakdown.byLayer[layer];
    const cells = [...components.keys()].map((component) => {
      const value = parts[component];
      return html`<td class="n">${value === undefined ? '–' : scaled(value, scale)}</td>`;
    });
    const sum = band ?? null;
    return html`<tr><th scope="row">${layer}</th>${cells}<td class="n">${sum === null ? 'not known' : html`${scaled(sum.value, scale)}<span class="band">${scaled(sum.low, scale)} – ${scaled(sum.high, scale)}</span>`}</td><td class="n">${sum === null ? '' : share(sum.value)}</td></tr>
`;
  });
  const totals = [...components.keys()].map((component) => {
    const band = breakdown.byComponent[component];
    return html`<td class="n">${band === undefined ? '–' : html`${scaled(band.value, scale)}<span class="band">${scaled(band.low, scale)} – ${scaled(band.high, scale)}</span>`}</td>`;
  });
  const shares = [...components.keys()].map((component) => {
    const band = breakdown.byComponent[component];
    return html`<td class="n">${band === undefined ? '' : share(band.value)}</td>`;
  });
  const all = joulesPerInference;
  const head = [...components].map(
    ([name, colour]) =>
      html`<th scope="col" class="n"><span class="dot" style="background:${colour}"></span>${name}<span class="unit">${scale.unit}</span></th>`,
  );
  return html`<h3>Energy by layer and component${badge(tierBadge(tier))}</h3>
<div class="scroll" tabindex="0" role="region" aria-label="Energy by layer and component"><table>
<thead><tr><th scope="col">Layer</th>${head}<th scope="col" class="n">Sum<span class="unit">${scale.unit}</span></th><th scope="col" class="n">Share</th></tr></thead>
<tbody>${rows}</tbody>
<tfoot><tr><th scope="row">Whole inference</th>${totals}<td class="n">${scaled(all.value, scale)}<span class="band">${scaled(all.low, scale)} – ${scaled(all.high, scale)}</span></td><td></td></tr>
<tr><th scope="row">Share</th>${shares}<td></td><td></td></tr></tfoot>
</table></div>`;
}

/** What `synth` made of it, where that was given. */
function synthesisFacts(synthesis: Synthesis | undefined): Markup {
  if (synthesis === undefined) return nothing;
  const { target, device, tool, libraries, cells, lut, ff, dsp, bram, bramUnit, areaSquareMicrons, fmaxHz } = synthesis;
  const origin = cellsBadge(synthesis);
  const facts: (readonly [string, Markup])[] = [
    ['Target', html`${target}${device === null ? '' : ` ${device}`}, by ${tool}`],
    [
      'Cells',
      html`${count(cells)}, of these ${count(ff)} flip-flops${lut === 0 ? '' : ` and ${count(lut)} lookup tables`}`,
    ],
    ...(dsp + bram === 0 ? [] : [['Blocks', html`${count(dsp)} DSP, ${count(bram)} memories of ${bramUnit}`] as const]),
    ...(areaSquareMicrons === null
      ? []
      : [['Area of the cells', html`${quantity(areaSquareMicrons, 'µm²')}${badge(origin)}`] as const]),
    ...(fmaxHz === null
      ? []
      : [['Highest clock', html`${quantity(fmaxHz, 'Hz')}${badge(clockBadge(synthesis))}`] as const]),
    ...libraries.map(
      ({ file, sha256 }) =>
        ['Library', html`${file.replace(/^.*\//, '')}, SHA-256 <code>${sha256.slice(0, 16)}…</code>`] as const,
    ),
  ];
  return html`<h3>Synthesis</h3>
<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${synthesis.notes.map((note) => html`<p class="small soft">${note}</p>`)}`;
}

function ladder(result: Result): Markup {
  const proof = result.verification;
  if (proof === null) return html`<h3>Verification</h3><p>${verdict(result).sentence}</p>`;
  const rows = Object.entries(proof.levels).map(([name, level]) => rung(name, level, result));
  const number = { numeric: true };
  return html`<h3>Verification</h3>
<p>${verdict(result).sentence}</p><p class="small soft">Inputs: ${proof.inputs}</p>
${table(
  [
    { text: 'Rung' },
    { text: 'Samples', ...number },
    { text: 'Matched', ...number },
    { text: 'Latency', unit: 'cycles', ...number },
    { text: 'Interval', unit: 'cycles', ...number },
    { text: 'Cycles against the model' },
    { text: 'Tool' },
  ],
  rows,
  'Ladder of verification',
)}
${proof.notes.map((note) => html`<p class="small soft">${note}</p>`)}`;
}

function rung(name: string, level: LevelResult, result: Result): Markup {
  const { cycles } = level;
  const same =
    cycles === null
      ? 'no clock'
      : cycles.latency === result.cycles.latency &&
          (cycles.interval === null || cycles.interval === result.cycles.interval)
        ? 'equal'
        : 'different';
  return html`<tr><th scope="row">${name}</th><td class="n">${count(level.samples)}</td><td class="n">${count(level.matched)}</td><td class="n">${cycles === null ? '–' : count(cycles.latency)}</td><td class="n">${cycles === null || cycles.interval === null ? '–' : count(cycles.interval)}</td><td>${same}</td><td>${level.tool}</td></tr>
`;
}
