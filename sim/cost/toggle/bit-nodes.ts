/** Nodes under construction as columns, found again by what they compute. */
export interface BitNodes {
  readonly length: number;
  /** A new node, whatever there is already. */
  push(op: number, kind: number, a: number, b: number, c: number): number;
  /** The node of this operation on these arguments, a new one where there is none; the first one's kind stays. */
  join(op: number, kind: number, a: number, b: number, c: number): number;
  readonly columns: () => {
    readonly op: Uint8Array;
    readonly kind: Uint8Array;
    readonly a: Int32Array;
    readonly b: Int32Array;
    readonly c: Int32Array;
  };
}

function hashOf(op: number, a: number, b: number, c: number): number {
  let mixed = Math.imul(op, 0x9e3779b1) ^ Math.imul(a, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35) ^ Math.imul(b, 0x27d4eb2f);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0x165667b1) ^ Math.imul(c, 0x9e3779b1);
  return mixed ^ (mixed >>> 16);
}

export function bitNodes(): BitNodes {
  let room = 1024;
  let op = new Uint8Array(room);
  let kind = new Uint8Array(room);
  let [a, b, c] = [new Int32Array(room), new Int32Array(room), new Int32Array(room)];
  let length = 0;
  /** Node numbers plus 1 by hash, the next free place where one is taken; never more than half full. */
  let places = new Int32Array(2 * room);

  const place = (node: number): void => {
    const mask = places.length - 1;
    let at = hashOf(op[node]!, a[node]!, b[node]!, c[node]!) & mask;
    while (places[at] !== 0) at = (at + 1) & mask;
    places[at] = node + 1;
  };
  const grow = (): void => {
    room *= 2;
    const bytes = (old: Uint8Array<ArrayBuffer>) => {
      const wider = new Uint8Array(room);
      wider.set(old);
      return wider;
    };
    const words = (old: Int32Array<ArrayBuffer>) => {
      const wider = new Int32Array(room);
      wider.set(old);
      return wider;
    };
    [op, kind] = [bytes(op), bytes(kind)];
    [a, b, c] = [words(a), words(b), words(c)];
    places = new Int32Array(2 * room);
    for (let node = 0; node < length; node++) place(node);
  };
  const push = (ownOp: number, ownKind: number, x: number, y: number, z: number): number => {
    if (length === room) grow();
    op[length] = ownOp;
    kind[length] = ownKind;
    a[length] = x;
    b[length] = y;
    c[length] = z;
    return length++;
  };
  return {
    get length() {
      return length;
    },
    push,
    join(ownOp, ownKind, x, y, z) {
      const mask = places.length - 1;
      let at = hashOf(ownOp, x, y, z) & mask;
      for (; places[at] !== 0; at = (at + 1) & mask) {
        const node = places[at]! - 1;
        if (op[node] === ownOp && a[node] === x && b[node] === y && c[node] === z) return node;
      }
      const node = push(ownOp, ownKind, x, y, z);
      // A table that has grown holds none of the new node's.
      place(node);
      return node;
    },
    columns: () => ({
      op: op.subarray(0, length),
      kind: kind.subarray(0, length),
      a: a.subarray(0, length),
      b: b.subarray(0, length),
      c: c.subarray(0, length),
    }),
  };
}
