import type { Verilog } from '../../hdl-gen/emit/verilog.ts';
import type { SynthesisTarget } from '../../specs/synthesis.ts';
import { type ClockGate, clockGateCommand } from '../cost/gate/liberty/clock-gates.ts';
import { abcScript } from './abc-script.ts';
import { type FamilyName, families } from './target.ts';

/** Names of the files that a synthesis script writes. */
export const outputFiles = { statistics: 'statistics.json', netlist: 'netlist.json', flat: 'flat.json' } as const;

/** Deeper memories stay whole where no block memory exists: as gates they would be larger than all the rest. */
export const mostWordsInGates = 16;

/** Yosys's command that maps the others. */
export const memoriesInGates = `memory_map t:$mem_v2 r:SIZE<=${mostWordsInGates} %i t:$mem_v2 r:RD_CLK_ENABLE<1 %i`;

export interface LibraryUse {
  /** Name of the file beside the script. */
  readonly file: string;
  /** Whether flip-flops are among its cells. */
  readonly sequential: boolean;
}

export interface KeptPorts {
  readonly module: string;
  readonly ports: readonly string[];
}

export interface ScriptRequest {
  readonly verilog: Verilog;
  readonly target: SynthesisTarget;
  /** One netlist without modules inside; otherwise every module is made once. */
  readonly flatten: boolean;
  readonly libraries: readonly LibraryUse[];
  /** Period that the mapper to a library works for. */
  readonly picoseconds: number;
  /** iCE40 device: `hx8k`, `lp1k`, `up5k`. */
  readonly device: string | null;
  readonly netlist: boolean;
  /** Whether the netlist is wanted without modules, too; for a library it always is. */
  readonly flat?: boolean;
  /** Streams inside that stay to be seen: the module and its ports. */
  readonly kept?: readonly KeptPorts[];
  /** What stops the clock of registers with an enable; null: they get multiplexers. */
  readonly clockGate: ClockGate | null;
}

/** Up to gates of one bit; deep memories of synchronous read are left whole. */
function gates({ verilog, flatten }: ScriptRequest): string[] {
  return [
    `synth -top ${verilog.top}${flatten ? ' -flatten' : ''} -run begin:fine`,
    'opt -fast -full',
    memoriesInGates,
    'opt -full',
    'techmap',
    'opt -fast',
  ];
}

/** Registers keep their names through mapping. */
const namedRegisters = 'rename -wire t:$_*DFF*';

function librarySteps({ libraries, picoseconds, clockGate }: ScriptRequest): string[] {
  const named = (files: readonly LibraryUse[]) => files.map(({ file }) => `-liberty ${file}`).join(' ');
  return [
    ...(clockGate === null ? [] : [clockGateCommand(clockGate)]),
    namedRegisters,
    `dfflibmap ${named(libraries.filter(({ sequential }) => sequential))}`,
    `abc ${named(libraries)} -D ${Math.round(picoseconds)} -script +${abcScript(false)}`,
    'setundef -zero',
    'clean -purge',
  ];
}

/** Only UltraPlus devices have multipliers. */
function ice40Flags(device: string): string {
  const kind = device.slice(0, 1) === 'u' ? 'u -dsp' : device.slice(0, 2);
  return ` -device ${kind}`;
}

function familySteps(family: FamilyName, { verilog, flatten, device }: ScriptRequest): string[] {
  const { command, keep, flatten: dissolve } = families[family];
  const structure = flatten ? dissolve : keep;
  const flags = family === 'ice40' && device !== null ? ice40Flags(device) : '';
  return [`${command}${flags}${structure === '' ? '' : ` ${structure}`} -top ${verilog.top}`];
}

function steps(request: ScriptRequest): string[] {
  switch (request.target) {
    case 'generic':
      return [...gates(request), namedRegisters, 'abc -fast', 'opt -fast', 'clean -purge'];
    case 'liberty':
      return [...gates(request), ...librarySteps(request)];
    default:
      return familySteps(request.target, request);
  }
}

/** The script that Yosys runs beside the Verilog files, their images and the libraries: one command per line. */
export function synthesisScript(request: ScriptRequest): string {
  const { verilog, libraries, netlist, kept = [] } = request;
  const areas = libraries.map(({ file }) => ` -liberty ${file}`).join('');
  return [
    ...verilog.files.map(({ name }) => `read_verilog ${name}`),
    `hierarchy -check -top ${verilog.top}`,
    ...kept.flatMap(({ module, ports }) => ports.map((port) => `setattr -set keep 1 ${module}/w:${port}`)),
    ...steps(request),
    // Remarks on dissolved instances, which would count as cells.
    'delete t:$scopeinfo',
    `tee -q -o ${outputFiles.statistics} stat -json${areas}`,
    ...(netlist ? [`write_json ${outputFiles.netlist}`] : []),
    // For static timing and simulation, which know no modules.
    ...(request.target === 'liberty' || request.flat === true
      ? [
          ...(request.flatten ? [] : ['flatten', 'delete t:$scopeinfo', 'clean -purge']),
          `write_json ${outputFiles.flat}`,
        ]
      : []),
    '',
  ].join('\n');
}
