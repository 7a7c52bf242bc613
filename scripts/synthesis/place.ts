import { Type } from 'typebox';
import { check } from '../../specs/check.ts';
import { Fault } from '../../specs/fault.ts';
import type { JobLimits } from '../tools/job.ts';
import type { Placer } from '../tools/nextpnr/open.ts';

/** nextpnr's report as far as it is read here: clocks in MHz. */
const Report = Type.Object({
  fmax: Type.Record(Type.String(), Type.Object({ achieved: Type.Number(), constraint: Type.Number() })),
});

export interface Placed {
  readonly placer: string;
  readonly fmaxHz: number;
  /** `asc`, `bin` and the report, by their names. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly cached: boolean;
}

/** Devices and the package with the most pins for each. */
const packages: Readonly<Record<string, string>> = {
  lp384: 'qn32',
  lp1k: 'qn84',
  lp4k: 'cm225',
  lp8k: 'cm225',
  hx1k: 'tq144',
  hx4k: 'tq144',
  hx8k: 'ct256',
  up3k: 'uwg30',
  up5k: 'sg48',
};

export const devices = Object.keys(packages);
export const defaultDevice = 'hx8k';

function fmaxIn(text: string, placer: string): number {
  let slowest: number | null = null;
  const { fmax } = check(Report, JSON.parse(text), `${placer} report`);
  for (const { achieved } of Object.values(fmax)) slowest = Math.min(slowest ?? achieved, achieved);
  if (slowest !== null) return slowest * 1e6;
  throw new Fault({
    code: 'SYNTH_PLACE',
    kind: 'tool',
    place: placer,
    cause: 'reported no clock',
    wayOut: 'a design without registers has no clock frequency: use --no-place',
  });
}

/** Places, routes and packs a netlist. Errors: SYNTH_PLACE, SYNTH_TIMEOUT, SYNTH_CANCELLED, SYNTH_FAILED. */
export async function placeAndRoute(
  { nextpnr, icepack }: Placer,
  request: { readonly top: string; readonly netlist: Uint8Array; readonly device: string; readonly clockHertz: number },
  limits: JobLimits,
): Promise<Placed> {
  const { top, netlist, device, clockHertz } = request;
  const names = { netlist: `${top}.json`, routed: `${top}.asc`, report: `${top}_report.json`, bits: `${top}.bin` };
  const args = [
    ...[`--${device}`, '--package', packages[device]!, '--json', names.netlist, '--asc', names.routed],
    ...['--freq', String(clockHertz / 1e6), '--timing-allow-fail', '--seed', '1', '--pcf-allow-unconstrained'],
    ...['--report', names.report],
  ];
  const routed = await nextpnr
    .run({ args, files: { [names.netlist]: netlist }, outputs: [names.routed, names.report] }, limits)
    .catch((error: unknown) => {
      if (!(error instanceof Fault) || error.code !== 'SYNTH_FAILED') throw error;
      throw new Fault({
        code: 'SYNTH_PLACE',
        kind: 'tool',
        place: `${nextpnr.tool}, ${device}`,
        cause: error.reason,
        wayOut: 'take a larger --device, a smaller design, or --no-place',
      });
    });
  const packed = await icepack.run(
    {
      args: [names.routed, names.bits],
      files: { [names.routed]: routed.files[names.routed]! },
      outputs: [names.bits],
    },
    limits,
  );
  return {
    placer: nextpnr.tool,
    fmaxHz: fmaxIn(new TextDecoder().decode(routed.files[names.report]!), nextpnr.tool),
    files: { ...routed.files, ...packed.files },
    cached: routed.cached && packed.cached,
  };
}
