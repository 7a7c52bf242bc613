/** Numbers of the WebAssembly SIMD instructions (each behind the prefix 0xfd), as far as they are emitted. */
export const simdPrefix = 0xfd;
export const v128Type = 0x7b;

/** Bits of one element of a vector. */
export type ElementBits = 8 | 16 | 32 | 64;

export const simd = {
  load: 0x00,
  store: 0x0b,
  constant: 0x0c,
  shuffle: 0x0d,
  not: 0x4d,
  and: 0x4e,
  or: 0x50,
  xor: 0x51,
  select: 0x52,
  /** Of every byte. */
  popcount: 0x62,
} as const;

interface ElementOps {
  readonly splat: number;
  readonly extractUnsigned: number;
  readonly replace: number;
  readonly neg: number;
  readonly add: number;
  readonly sub: number;
  readonly shl: number;
  readonly shrS: number;
  readonly shrU: number;
  readonly eq: number;
  readonly ne: number;
  readonly ltS: number;
  readonly loadLane: number;
  readonly storeLane: number;
}

export const elementOps: Readonly<Record<ElementBits, ElementOps>> = {
  8: {
    splat: 0x0f,
    extractUnsigned: 0x16,
    replace: 0x17,
    neg: 0x61,
    add: 0x6e,
    sub: 0x71,
    shl: 0x6b,
    shrS: 0x6c,
    shrU: 0x6d,
    eq: 0x23,
    ne: 0x24,
    ltS: 0x25,
    loadLane: 0x54,
    storeLane: 0x58,
  },
  16: {
    splat: 0x10,
    extractUnsigned: 0x19,
    replace: 0x1a,
    neg: 0x81,
    add: 0x8e,
    sub: 0x91,
    shl: 0x8b,
    shrS: 0x8c,
    shrU: 0x8d,
    eq: 0x2d,
    ne: 0x2e,
    ltS: 0x2f,
    loadLane: 0x55,
    storeLane: 0x59,
  },
  32: {
    splat: 0x11,
    extractUnsigned: 0x1b,
    replace: 0x1c,
    neg: 0xa1,
    add: 0xae,
    sub: 0xb1,
    shl: 0xab,
    shrS: 0xac,
    shrU: 0xad,
    eq: 0x37,
    ne: 0x38,
    ltS: 0x39,
    loadLane: 0x56,
    storeLane: 0x5a,
  },
  64: {
    splat: 0x12,
    extractUnsigned: 0x1d,
    replace: 0x1e,
    neg: 0xc1,
    add: 0xce,
    sub: 0xd1,
    shl: 0xcb,
    shrS: 0xcc,
    shrU: 0xcd,
    eq: 0xd6,
    ne: 0xd7,
    ltS: 0xd8,
    loadLane: 0x57,
    storeLane: 0x5b,
  },
};

/** `a < b` of unsigned elements; there is none for 64 bits. */
export const ltUnsigned = { 8: 0x26, 16: 0x30, 32: 0x3a } as const;
/** There is no multiplication of bytes. */
export const multiply = { 16: 0x95, 32: 0xb5, 64: 0xd5 } as const;

interface Widening {
  readonly lowS: number;
  readonly highS: number;
  readonly lowU: number;
  readonly highU: number;
}

/** Elements of half the width to elements of this width. */
export const extend: Readonly<Record<16 | 32 | 64, Widening>> = {
  16: { lowS: 0x87, highS: 0x88, lowU: 0x89, highU: 0x8a },
  32: { lowS: 0xa7, highS: 0xa8, lowU: 0xa9, highU: 0xaa },
  64: { lowS: 0xc7, highS: 0xc8, lowU: 0xc9, highU: 0xca },
};
/** Sums of two unsigned neighbours of half the width. */
export const extendPairs = { 16: 0x7d, 32: 0x7f } as const;
/** Products of elements of half the width. */
export const extendedMultiply: Readonly<Record<16 | 32 | 64, Widening>> = {
  16: { lowS: 0x9c, highS: 0x9d, lowU: 0x9e, highU: 0x9f },
  32: { lowS: 0xbc, highS: 0xbd, lowU: 0xbe, highU: 0xbf },
  64: { lowS: 0xdc, highS: 0xdd, lowU: 0xde, highU: 0xdf },
};
/** Two vectors to one with elements of half the width, saturating: right for masks. */
export const narrowSigned = { 16: 0x65, 32: 0x85 } as const;
