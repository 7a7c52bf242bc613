import type { Graph } from '../../models/graph.ts';
import type { DesignRequest } from '../../specs/design.ts';
import type { Accelerator } from './architecture.ts';
import type { Pricing } from './stream/pricing.ts';
import { build, plan } from './stream/stream.ts';

/**
 * From a request to an accelerator with plain byte streams, by the architecture it names; `withInterface` puts the ports around it
 * that the request asks for, under the request's name. A goal in area, block memories or energy needs prices, which `accelerate` of sim
 * brings along. Errors: see the architecture's `plan`.
 */
export function buildAccelerator(graph: Graph, request: DesignRequest, pricing?: Pricing): Accelerator {
  const core = request.parameters.interface === 'axi' ? { ...request, name: `${request.name}_core` } : request;
  switch (request.architecture) {
    case 'stream':
      return build(plan(graph, core, pricing));
  }
}
