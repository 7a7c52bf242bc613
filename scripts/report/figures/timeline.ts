import type { Result, TimelineSpan, TimelineWindow } from '../../../specs/result.ts';
import { type Axis, axisOptions, type Tick, zeroAxis } from '../axes.ts';
import { cyclesBadge } from '../badge.ts';
import { type Labelled, labelled } from '../designs.ts';
import type { Json, ReportFigure } from '../figure.ts';
import { type FigureTable, numeric } from '../figure-table.ts';
import { count, digits, percent } from '../format.ts';
import { accent, ink } from '../palette.ts';
import { shown } from './shown.ts';

const waitColour = '#56B4E9';

/** Where a window lies on the axis of the figure, which is as long as 1. */
interface Panel {
  readonly window: TimelineWindow;
  readonly from: number;
  readonly to: number;
}

const place = ({ window, from, to }: Panel, clock: number) => from + ((to - from) * clock) / window.clocks;

function ticksOf(panel: Panel): Tick[] {
  const { clocks } = panel.window;
  const axis = zeroAxis([clocks], { factor: 1, unit: 'clocks' });
  // Half of the labels, as a panel is half as wide as a figure, and none that touches the next panel's first.
  return axis.ticks
    .filter(({ value }, index) => index % 2 === 0 && value <= 0.92 * clocks)
    .map(({ value }) => ({ value: place(panel, value), label: count(value) }));
}

/** `#RRGGBB` with an opacity. */
function faded(colour: string, opacity: number): string {
  return `${colour}${Math.round(255 * opacity)
    .toString(16)
    .padStart(2, '0')}`;
}

interface Bar {
  readonly from: number;
  readonly to: number;
  /** The row's label. */
  readonly row: string;
  readonly colour: string;
  readonly tip: readonly string[];
}

function barOf(panel: Panel, stage: string, span: TimelineSpan, slowest: boolean): Bar {
  const { inference, from, to, working, blocked } = span;
  const clocks = to - from;
  const share = working / clocks;
  // Neighbouring inferences are told apart by their shade.
  const strength = inference % 2 === 0 ? 1 : 0.62;
  const colour =
    working === 0 ? faded(waitColour, 0.85) : faded(slowest ? accent : ink, strength * (0.25 + 0.75 * share));
  const waiting = clocks - working - blocked;
  return {
    from: place(panel, from),
    to: place(panel, to),
    row: stage,
    colour,
    tip: [
      `${stage}, inference ${inference}: clocks ${count(from)} to ${count(to)}`,
      `${percent(share)} working, ${percent(blocked / clocks)} waiting for room, ${percent(waiting / clocks)} for bytes`,
    ],
  };
}

/** Rows of bars; those of a lower order lie above. */
function dataset(label: string, colour: string, bars: readonly Bar[], thickness: number, order: number): Json {
  return {
    label,
    backgroundColor: bars.length === 0 ? colour : bars.map((bar) => bar.colour),
    borderWidth: 0,
    grouped: false,
    barThickness: thickness,
    order,
    data: bars.map(({ from, to, row, tip }) => ({ x: [from, to], y: row, tip })),
  };
}

function timeline({ result, key, name }: Labelled, single: boolean): ReportFigure {
  const { first, steady } = result.timeline;
  const panels: readonly Panel[] = [
    { window: first, from: 0, to: 0.485 },
    { window: steady, from: 0.515, to: 1 },
  ];
  const slowest = result.plan.bottleneck;
  const names = first.stages.map(({ stage }) => stage);
  const inside = first.stages.map(({ stage, enters, leaves }): Bar => {
    const [panel] = panels as [Panel];
    const tip = [`${stage}: first byte in clock ${count(enters)}, last result in clock ${count(leaves)}`];
    return { from: place(panel, enters), to: place(panel, leaves), row: stage, colour: faded(ink, 0.45), tip };
  });
  const bars = panels.flatMap((panel) =>
    panel.window.stages.flatMap(({ stage, spans }) =>
      spans.map((span) => ({
        span,
        slow: slowest.includes(stage),
        bar: barOf(panel, stage, span, slowest.includes(stage)),
      })),
    ),
  );
  const working = bars.filter(({ span }) => span.working > 0);
  const axis: Axis = { type: 'linear', min: 0, max: 1, ticks: panels.flatMap(ticksOf) };
  const own = steady.stages.find(({ stage }) => stage === slowest[0])!;
  const busy = own.spans.reduce((sum, span) => sum + span.working, 0) / steady.clocks;
  const waits = worstWait(steady);
  const title = `Timeline${single ? '' : ` of ${key} ${name}`}: which stage is busy when`;
  return {
    id: `timeline-${key.toLowerCase()}`,
    title,
    alt:
      `In ${name} the first result is complete after ${count(result.cycles.latency)} clocks; then an inference leaves every ${count(result.cycles.interval)}, ` +
      `with ${slowest[0]} working in ${percent(busy)} of the clocks${waits === null ? '' : ` and ${waits.stage} waiting for room in ${percent(waits.share)}`}.`,
    width: 960,
    height: 150 + 18 * names.length,
    table: tableOf(result),
    config: {
      type: 'bar',
      data: {
        labels: names,
        datasets: [
          dataset('first byte in to last result out', faded(ink, 0.45), inside, 2, 2),
          dataset('working (paler: with short pauses)', ink, pick(working, false), 11, 0),
          dataset('working, bottleneck', accent, pick(working, true), 11, 0),
          dataset(
            'waiting for room',
            waitColour,
            bars.filter(({ span }) => span.working === 0).map(({ bar }) => bar),
            5,
            1,
          ),
        ],
      },
      options: {
        indexAxis: 'y',
        layout: { padding: { right: 12 } },
        scales: {
          x: axisOptions(axis, 'Left: first inference, from idle. Right: steady state, two intervals [clocks]'),
          y: {
            grid: { display: false },
            border: { display: false },
            ticks: { autoSkip: false, padding: 4, font: { size: 11 } },
          },
        },
        plugins: {
          legend: { position: 'top', align: 'start', labels: { boxWidth: 12, boxHeight: 12, padding: 14 } },
          marks: { ticks: { x: axis.ticks as unknown as Json } },
        },
      },
    },
  };
}

function tableOf(result: Result): FigureTable {
  const { first, steady } = result.timeline;
  const badge = cyclesBadge(result);
  return {
    heads: [
      { text: 'Stage' },
      { text: 'First byte in', unit: 'clock', ...numeric },
      { text: 'Last result out', unit: 'clock', ...numeric },
      { text: 'Working', unit: '% of steady state', ...numeric },
      { text: 'Waiting for room', unit: '% of steady state', ...numeric },
    ],
    rows: first.stages.map(({ stage, enters, leaves }) => {
      const spans = steady.stages.find((each) => each.stage === stage)?.spans ?? [];
      const share = (what: 'working' | 'blocked') =>
        digits((100 * spans.reduce((sum, span) => sum + span[what], 0)) / steady.clocks);
      return [
        stage,
        { text: count(enters), badge },
        { text: count(leaves), badge },
        share('working'),
        share('blocked'),
      ];
    }),
  };
}

const pick = (bars: readonly { readonly slow: boolean; readonly bar: Bar }[], slow: boolean): Bar[] =>
  bars.filter((each) => each.slow === slow).map(({ bar }) => bar);

/** The stage that spends most of the time waiting for room; null when none does. */
function worstWait({ clocks, stages }: TimelineWindow): { readonly stage: string; readonly share: number } | null {
  const all = stages.map(({ stage, spans }) => ({
    stage,
    share: spans.reduce((sum, span) => sum + span.blocked, 0) / clocks,
  }));
  const worst = all.reduce((most, each) => (each.share > most.share ? each : most), { stage: '', share: 0 });
  return worst.share === 0 ? null : worst;
}

/** A figure for each design, up to the number that stays readable. */
export function timelines(results: readonly Result[]): ReportFigure[] {
  const designs = labelled(results).slice(0, shown.designs);
  return designs.map((design) => timeline(design, results.length === 1));
}
