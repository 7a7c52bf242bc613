import type { Graph } from '../../models/graph.ts';
import type { DesignRequest } from '../../specs/design.ts';
import type { Accelerator } from './architecture.ts';
import { build, plan } from './stream/stream.ts';

/** From a request to an accelerator, by the architecture it names. Errors: see the architecture's `plan`. */
export function buildAccelerator(graph: Graph, request: DesignRequest): Accelerator {
  switch (request.architecture) {
    case 'stream':
      return build(plan(graph, request));
  }
}
