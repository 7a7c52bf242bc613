/** A binary heap of (time, item) pairs in typed arrays; equal times leave in the order they came. */
export interface EventQueue {
  time: Float64Array;
  order: Float64Array;
  item: Int32Array;
  size: number;
  /** Pushes so far: the tie-breaker. */
  pushed: number;
}

export function eventQueue(): EventQueue {
  const room = 1024;
  return {
    time: new Float64Array(room),
    order: new Float64Array(room),
    item: new Int32Array(room),
    size: 0,
    pushed: 0,
  };
}

function grow(queue: EventQueue): void {
  const room = queue.item.length * 2;
  const time = new Float64Array(room);
  const order = new Float64Array(room);
  const item = new Int32Array(room);
  time.set(queue.time);
  order.set(queue.order);
  item.set(queue.item);
  queue.time = time;
  queue.order = order;
  queue.item = item;
}

export function push(queue: EventQueue, time: number, item: number): void {
  if (queue.size === queue.item.length) grow(queue);
  const { time: times, order, item: items } = queue;
  let at = queue.size++;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (times[parent]! <= time) break;
    times[at] = times[parent]!;
    order[at] = order[parent]!;
    items[at] = items[parent]!;
    at = parent;
  }
  times[at] = time;
  order[at] = queue.pushed++;
  items[at] = item;
}

/** Removes the earliest entry; its time and item must be read from index 0 before. */
export function pop(queue: EventQueue): void {
  const { time: times, order, item: items } = queue;
  const last = --queue.size;
  const time = times[last]!;
  const rank = order[last]!;
  const item = items[last]!;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= last) break;
    const right = child + 1;
    if (
      right < last &&
      (times[right]! < times[child]! || (times[right] === times[child] && order[right]! < order[child]!))
    ) {
      child = right;
    }
    if (times[child]! > time || (times[child] === time && order[child]! > rank)) break;
    times[at] = times[child]!;
    order[at] = order[child]!;
    items[at] = items[child]!;
    at = child;
  }
  times[at] = time;
  order[at] = rank;
  items[at] = item;
}
