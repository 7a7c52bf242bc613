import type { Graph } from '../models/graph.ts';
import type { DesignRequest, StreamParameters } from '../specs/design.ts';

/** The request for some layers of a design alone, with the foldings that its goal has led to. */
export function requestOfPart(
  { target, ...request }: DesignRequest,
  { layers }: Graph,
  foldings: NonNullable<StreamParameters['foldings']>,
): DesignRequest {
  const { multipliers, widths, arithmetic, ...engines } = request.parameters;
  const parameters: StreamParameters = { ...engines, foldings, prune: false };
  if (arithmetic === undefined || typeof arithmetic === 'string') {
    return { ...request, parameters: arithmetic === undefined ? parameters : { ...parameters, arithmetic } };
  }
  const own = Object.entries(arithmetic).filter(([name]) => layers.some((layer) => layer.name === name));
  return { ...request, parameters: { ...parameters, arithmetic: Object.fromEntries(own) } };
}
