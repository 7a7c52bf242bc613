import type { Result } from '../../../specs/result.ts';
import type { Json } from '../figure.ts';
import { accent, hollow, ink, markRadius, markShape } from '../palette.ts';
import { isVerified } from '../ranking.ts';

/** How designs of one architecture are drawn: its shape, filled when verified, accented on the front. */
export function designMarks(architecture: string, own: readonly Result[], onFront: ReadonlySet<Result>) {
  const colours = own.map((result) => (onFront.has(result) ? accent : ink));
  return {
    label: architecture,
    pointStyle: markShape(architecture),
    pointRadius: markRadius(architecture, 9),
    pointHoverRadius: markRadius(architecture, 10),
    borderWidth: 2,
    borderColor: ink,
    backgroundColor: ink,
    pointBorderColor: colours,
    pointBackgroundColor: own.map((result, index) => (isVerified(result) ? colours[index]! : hollow)),
  } satisfies Json;
}
