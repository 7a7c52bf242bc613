import type { Accelerator } from '../hdl-gen/arch/architecture.ts';
import { acceleratorRegisters, registerFacts } from '../hdl-gen/arch/wrap/axi-registers.ts';
import { registerHeader, registerTable } from '../hdl-gen/library/axi/register-text.ts';
import type { LoadedDesign } from './design.ts';
import type { TextFile } from './tools/bench.ts';

/** What a host needs to know of an AXI block's registers: a C header and a page. No files for other interfaces. */
export function registerFiles({ request, model }: LoadedDesign, accelerator: Accelerator): TextFile[] {
  if (request.parameters.interface !== 'axi') return [];
  const map = acceleratorRegisters(registerFacts(accelerator, model.sha256));
  const title = `Registers of ${request.name}`;
  return [
    {
      file: 'registers.h',
      text: registerHeader(map, request.name.replaceAll('-', '_'), `${title}: byte offsets and bits.`),
    },
    { file: 'registers.md', text: `# ${title}\n\nWords of 32 bits behind \`s_axi\`.\n\n${registerTable(map)}` },
  ];
}
