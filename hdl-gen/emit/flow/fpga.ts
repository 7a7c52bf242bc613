import type { Block } from './block.ts';
import { megahertz } from './clock.ts';

/** What differs between the two families that Yosys and nextpnr build for. */
interface Family {
  readonly name: string;
  readonly synth: string;
  readonly placer: string;
  readonly device: string;
  readonly package: string;
  /** Lets nextpnr choose pins for ports that no constraint places. */
  readonly freePins: string;
  readonly routed: { readonly flag: string; readonly suffix: string };
  readonly pack: string;
  readonly packed: string;
  readonly remark: string;
}

/** A makefile from Verilog to a bit stream; nextpnr ends with an error when the clock of the request is not reached. */
export function fpgaMakefile(family: Family, { top, verilog, images, clockHertz }: Block): string {
  const { name, synth, placer, routed } = family;
  const out = `${top}_${name}`;
  return `# Yosys and nextpnr for ${name}: make -f ${name}.mk [DEVICE=... PACKAGE=...]
# Pins are the placer's choice: the numbers are those of the block, not of a board. ${family.remark}
DEVICE ?= ${family.device}
PACKAGE ?= ${family.package}
FREQUENCY ?= ${megahertz(clockHertz)}
SEED ?= 1
SYNTH_FLAGS ?=
PLACE_FLAGS ?=

SOURCES = \\
${verilog.map((file) => `  ${file}`).join(' \\\n')}
${images.length === 0 ? 'IMAGES =' : `IMAGES = \\\n${images.map((file) => `  ${file}`).join(' \\\n')}`}

${out}.${family.packed}: ${out}.${routed.suffix}
	${family.pack} $< $@

${out}.${routed.suffix}: ${out}.json
	${placer} --$(DEVICE) --package $(PACKAGE) --json $< --${routed.flag} $@ \\
	  --freq $(FREQUENCY) --seed $(SEED) ${family.freePins} --report ${out}_report.json $(PLACE_FLAGS)

${out}.json: $(SOURCES) $(IMAGES)
	yosys -q -l ${out}_yosys.log -p "read_verilog $(SOURCES); ${synth} -top ${top} $(SYNTH_FLAGS) -json $@; stat"

clean:
	rm -f ${out}.${family.packed} ${out}.${routed.suffix} ${out}.json ${out}_report.json ${out}_yosys.log

.PHONY: clean
`;
}
