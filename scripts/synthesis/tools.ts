import type { Environment } from '../environment.ts';
import { cachedRunner } from '../tools/cached-runner.ts';
import type { JobRunner } from '../tools/job.ts';
import { findPlacer, openPlacer } from '../tools/nextpnr/open.ts';
import { openYosys, type ToolKind } from '../tools/yosys/open.ts';
import type { SynthesisRequest, SynthesisTools } from './synthesise.ts';

export interface ToolRequest {
  readonly kind: ToolKind;
  readonly place: SynthesisRequest['place'];
  /** Folder of the cache; null = none. */
  readonly cache: string | null;
  readonly environment: Environment;
}

/** The tools of one command; `close` ends their processes. Errors: SYNTH_PACKAGE, TOOL_MISSING. */
export async function openTools(
  request: ToolRequest,
): Promise<SynthesisTools & { readonly close: () => Promise<void> }> {
  const { kind, place, cache, environment } = request;
  const kept = (runner: JobRunner): JobRunner => (cache === null ? runner : cachedRunner(runner, cache));
  const yosys = await openYosys(kind, environment);
  const found =
    place === 'never'
      ? null
      : place === 'must'
        ? await openPlacer(kind, environment)
        : await findPlacer(kind, environment);
  return {
    yosys: kept(yosys),
    placer: found === null ? null : { nextpnr: kept(found.nextpnr), icepack: kept(found.icepack) },
    close: async () => {
      await Promise.all([yosys.close(), found?.nextpnr.close()]);
    },
  };
}
