/** Share of the clock period that the outside of the block may use before an input arrives and after an output leaves. */
export const outsideShare = 0.2;

/** A plain decimal without an exponent and without trailing zeros. */
function decimal(value: number): string {
  const text = value.toFixed(9);
  return text.replace(/\.?0+$/, '');
}

/** Nanoseconds, to the femtosecond. */
export function periodNanoseconds(clockHertz: number): string {
  return decimal(Math.round(1e15 / clockHertz) / 1e6);
}

/** Nanoseconds of `outsideShare`, to the femtosecond. */
export function outsideNanoseconds(clockHertz: number): string {
  return decimal(Math.round((1e15 * outsideShare) / clockHertz) / 1e6);
}

export function megahertz(clockHertz: number): string {
  return decimal(clockHertz / 1e6);
}
