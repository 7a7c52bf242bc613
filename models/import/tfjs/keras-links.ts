/** The connections of a Functional Keras model. */
import { arrayAt, isObject, shown, tfjsFault } from './json.ts';

/** Output `tensor` of call `node` of a layer. */
export interface KerasLink {
  readonly layer: string;
  readonly node: number;
  readonly tensor: number;
}

function linkOf(value: unknown, place: string): KerasLink {
  const [layer, node, tensor] = arrayAt(value, place);
  if (typeof layer === 'string' && Number.isSafeInteger(node) && Number.isSafeInteger(tensor)) {
    return { layer, node: node as number, tensor: tensor as number };
  }
  throw tfjsFault(place, `found ${shown(value)}`, 'a layer name, a call and an output number are needed');
}

/** `[["name", 0, 0], ...]`; Keras 3 writes a single one without the outer list. */
export function outputLinks(value: unknown, place: string): KerasLink[] {
  const list = arrayAt(value, place);
  if (typeof list[0] === 'string') return [linkOf(list, place)];
  return list.map((entry, i) => linkOf(entry, `${place}/${i}`));
}

/** Keras 3 hides the links of a call in its arguments, as tensors with a `keras_history`. */
function historyLinks(value: unknown, place: string, depth: number): KerasLink[] {
  if (depth > 4) return [];
  if (Array.isArray(value)) return value.flatMap((entry) => historyLinks(entry, place, depth + 1));
  if (!isObject(value)) return [];
  const { config } = value;
  if (value.class_name === '__keras_tensor__' && isObject(config)) return [linkOf(config.keras_history, place)];
  return [];
}

/** The links of every call of a layer. */
export function inboundNodes(value: unknown, place: string): KerasLink[][] {
  return arrayAt(value ?? [], `${place}, inbound_nodes`).map((node, i) => {
    const at = `${place}, inbound_nodes/${i}`;
    if (isObject(node)) return historyLinks(node.args, at, 0);
    const list = arrayAt(node, at);
    return typeof list[0] === 'string' ? [linkOf(list, at)] : list.map((entry, j) => linkOf(entry, `${at}/${j}`));
  });
}
