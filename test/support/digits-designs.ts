import { loadZoo } from '../../models/zoo/zoo.ts';
import { evaluate } from '../../sim/evaluate.ts';
import type { DesignRequest } from '../../specs/design.ts';
import type { Result } from '../../specs/result.ts';
import { technologyOf } from '../../specs/technologies.ts';

export const digits = loadZoo('digits').graph;
export const asap7 = technologyOf('asap7', 'test');

/** A design for the built-in network with this goal and these parameters. */
export const digitsRequest = (
  target: DesignRequest['target'],
  parameters: DesignRequest['parameters'] = {},
): DesignRequest => ({
  ...{ name: 'digits', model: 'digits', architecture: 'stream', clock: '100 MHz', technology: 'asap7' },
  parameters,
  ...(target === undefined ? {} : { target }),
});

export const digitsResult = (request: DesignRequest): Result =>
  evaluate({ request, graph: digits, modelSha256: '', accuracy: null, technology: asap7, verification: null });
