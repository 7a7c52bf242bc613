/**
 * Keras models, Sequential and Functional, nested or not, as a TensorFlow.js LayersModel artefact states them.
 * Format: `class_name` and `config` of Keras's to_json, of versions 2 and 3.
 */
import { Fault } from '../../../specs/fault.ts';
import type { FloatGraph } from '../../float.ts';
import { addInput, type Draft, emptyDraft, finishDraft } from '../draft.ts';
import { arrayAt, isObject, type JsonObject, objectAt, shown, textAt, tfjsFault } from './json.ts';
import { activationCore, kerasReaders, supportedActivations } from './keras-layers.ts';
import { inboundNodes, type KerasLink, outputLinks } from './keras-links.ts';
import { unsupported, type WeightLookup } from './keras-reading.ts';
import { executionOrder } from './order.ts';

const depthLimit = 16;
/** Layers after nested models are written out; models that call each other could otherwise multiply. */
const callLimit = 20000;

const modelClasses = ['Sequential', 'Model', 'Functional'];

interface Importing {
  readonly draft: Draft;
  readonly weights: WeightLookup;
  calls: number;
}

interface KerasLayer {
  readonly name: string;
  readonly className: string;
  readonly config: JsonObject;
  readonly inbound: unknown;
  readonly place: string;
}

function layersOf(model: JsonObject, place: string): KerasLayer[] {
  // Old Sequential models have the list itself as their configuration.
  const list = Array.isArray(model.config) ? model.config : objectAt(model.config, `${place}: config`).layers;
  return arrayAt(list, `${place}: layers`).map((entry, index) => {
    const at = `${place}: layer ${index}`;
    const layer = objectAt(entry, at);
    const className = textAt(layer.class_name, `${at}, class_name`);
    // A nested Sequential model of the old form has a list here; layersOf reads it.
    const config = isObject(layer.config) ? layer.config : {};
    const name = String(layer.name ?? config.name ?? `layer_${index}`);
    const words = `${at} (${className}${name === `layer_${index}` ? '' : ` "${name.slice(0, 80)}"`})`;
    return {
      name,
      className,
      config: modelClasses.includes(className) ? { model: layer } : config,
      inbound: layer.inbound_nodes,
      place: words,
    };
  });
}

/** Everything the model needs and this project has not, in one message. */
function refuseUnsupported(model: JsonObject, name: string): void {
  const found: string[] = [];
  let count = 0;
  const visit = (part: JsonObject, place: string, depth: number): void => {
    if (depth > depthLimit) throw tfjsFault(place, `models nested ${depth} deep`, `at most ${depthLimit} are read`);
    const layers = layersOf(part, place);
    count += layers.length;
    refuseMany(count, place);
    for (const layer of layers) {
      const at = layer.place.slice(name.length + 2);
      if (modelClasses.includes(layer.className))
        visit(objectAt(layer.config.model, layer.place), layer.place, depth + 1);
      else if (layer.className === 'InputLayer') continue;
      else if (!Object.hasOwn(kerasReaders, layer.className)) found.push(at);
      else if (activationCore(layer.config) === undefined)
        found.push(`activation ${shown(layer.config.activation)} of ${at}`);
    }
  };
  visit(model, name, 0);
  if (found.length === 0) return;
  const listed = found.slice(0, 20).join('; ') + (found.length > 20 ? `; and ${found.length - 20} more` : '');
  throw new Fault({
    code: 'TFJS_UNSUPPORTED',
    place: name,
    cause: `the model needs ${listed}`,
    wayOut: `supported are InputLayer, ${Object.keys(kerasReaders).join(', ')}, with the activations ${supportedActivations.join(', ')}`,
  });
}

function refuseMany(count: number, place: string): void {
  if (count > callLimit) throw tfjsFault(place, `more than ${callLimit} layers`, 'share fewer nested models');
}

function runLayer(importing: Importing, layer: KerasLayer, inputs: readonly number[]): readonly number[] {
  if (modelClasses.includes(layer.className)) {
    return runModel(importing, objectAt(layer.config.model, layer.place), layer.place, inputs);
  }
  if (inputs.length === 0) throw tfjsFault(layer.place, 'it reads nothing', 'connect it to another layer');
  const { draft, weights } = importing;
  const { name: layerName, className, config, place } = layer;
  return [kerasReaders[className]!({ draft, layerName, className, config, weights, place }, inputs)];
}

/** A fixed shape behind the batch, or a fault. */
function inputShape(config: JsonObject, place: string): number[] {
  const shape = config.batch_input_shape ?? config.batch_shape;
  const sizes = Array.isArray(shape) ? shape.slice(1) : [];
  const fine = (size: unknown): size is number => typeof size === 'number' && Number.isSafeInteger(size) && size > 0;
  if (Array.isArray(shape) && shape.length > 1 && shape.length <= 8 && sizes.every(fine)) return [1, ...sizes];
  throw unsupported(
    place,
    'input shape',
    shape ?? null,
    'a first layer with fixed sizes, such as inputShape: [16, 16, 1],',
  );
}

/** `given` are the inputs of a nested model; the outermost one makes inputs of the network. */
function runModel(
  importing: Importing,
  model: JsonObject,
  place: string,
  given: readonly number[] | null,
): readonly number[] {
  const layers = layersOf(model, place);
  importing.calls += layers.length;
  refuseMany(importing.calls, place);
  return model.class_name === 'Sequential'
    ? runSequential(importing, model, layers, place, given)
    : runFunctional(importing, model, layers, place, given);
}

function runSequential(
  importing: Importing,
  model: JsonObject,
  layers: readonly KerasLayer[],
  place: string,
  given: readonly number[] | null,
): readonly number[] {
  const [first] = layers;
  let values = given;
  if (values === null) {
    const built = isObject(model.config) ? { batch_input_shape: model.config.build_input_shape } : {};
    const stated = first?.config.batch_input_shape ?? first?.config.batch_shape;
    const nested = first && modelClasses.includes(first.className) && stated === undefined ? inputOf(first) : null;
    values = [
      addInput(importing.draft, inputShape(nested ?? (stated === undefined ? built : first!.config), place), 'input'),
    ];
  }
  for (const layer of layers) {
    if (layer.className !== 'InputLayer') values = runLayer(importing, layer, values);
  }
  return values;
}

/** The configuration of the layer in which a nested model begins. */
function inputOf(layer: KerasLayer): JsonObject | null {
  const inner = layersOf(objectAt(layer.config.model, layer.place), layer.place);
  return inner[0]?.config ?? null;
}

function runFunctional(
  importing: Importing,
  model: JsonObject,
  layers: readonly KerasLayer[],
  place: string,
  given: readonly number[] | null,
): readonly number[] {
  const config = objectAt(model.config, `${place}: config`);
  const values = new Map<string, readonly number[]>();
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  for (const [index, { layer: name }] of outputLinks(config.input_layers, `${place}: input_layers`).entries()) {
    const layer = byName.get(name);
    if (layer?.className !== 'InputLayer') {
      throw tfjsFault(`${place}: input_layers/${index}`, `${shown(name)} is no InputLayer of the model`, 'name one');
    }
    const id = given === null ? addInput(importing.draft, inputShape(layer.config, layer.place), name) : given[index];
    if (id === undefined) throw tfjsFault(layer.place, 'the model is called with too few inputs', 'give it all');
    values.set(`${name}:0`, [id]);
  }
  const outputs = outputLinks(config.output_layers, `${place}: output_layers`);
  for (const { layer, node, links } of inExecutionOrder(layers, outputs, place)) {
    const inputs = links.map((link) => valueAt(values, link, layer.place));
    values.set(`${layer.name}:${node}`, runLayer(importing, layer, inputs));
  }
  return outputs.map((link) => valueAt(values, link, `${place}: output_layers`));
}

function valueAt(
  values: ReadonlyMap<string, readonly number[]>,
  { layer, node, tensor }: KerasLink,
  place: string,
): number {
  const id = values.get(`${layer}:${node}`)?.[tensor];
  if (id !== undefined) return id;
  throw tfjsFault(place, `it reads output ${tensor} of call ${node} of ${shown(layer)}`, 'nothing computes that');
}

interface Call {
  readonly layer: KerasLayer;
  /** A layer is called once for each of its inbound nodes. */
  readonly node: number;
  readonly links: readonly KerasLink[];
}

/**
 * Keras counts the calls of a nested model from 1, because building it was its call 0; some versions write Sequential models
 * from 0 all the same, and then something reads call 0.
 */
function firstCall(layer: KerasLayer, readAtZero: ReadonlySet<string>): number {
  return modelClasses.includes(layer.className) && !readAtZero.has(layer.name) ? 1 : 0;
}

/** Calls after those they read; files need not list them so. */
function inExecutionOrder(
  layers: readonly KerasLayer[],
  outputs: readonly KerasLink[],
  place: string,
): readonly Call[] {
  const nodes = layers
    .filter((layer) => layer.className !== 'InputLayer')
    .map((layer) => ({ layer, list: inboundNodes(layer.inbound, layer.place) }));
  const links = [...nodes.flatMap(({ list }) => list.flat()), ...outputs];
  const readAtZero = new Set(links.filter((link) => link.node === 0).map((link) => link.layer));
  const calls = nodes.flatMap(({ layer, list }) => {
    const first = firstCall(layer, readAtZero);
    return list.map((inputs, index): Call => ({ layer, node: first + index, links: inputs }));
  });
  // A link to an input or to nowhere waits for nothing; valueAt judges it.
  const { ordered, stuck } = executionOrder(
    calls,
    ({ layer, node }) => `${layer.name}:${node}`,
    (call) => call.links.map(({ layer, node }) => `${layer}:${node}`),
  );
  if (!stuck) return ordered;
  throw tfjsFault(
    place,
    `${stuck.layer.place.slice(place.length + 2)} is part of a cycle`,
    'networks without cycles are read',
  );
}

/** A Keras model from its topology (`{ class_name, config }`, or the same under `model_config`) and its weights. */
export function importKeras(topology: unknown, weights: WeightLookup, name: string): FloatGraph {
  const outer = objectAt(topology, `${name}: /modelTopology`);
  const model = objectAt(outer.model_config ?? outer, `${name}: /modelTopology`);
  if (!modelClasses.some((known) => known === model.class_name)) {
    throw tfjsFault(
      `${name}: /modelTopology/class_name`,
      `found ${shown(model.class_name)}`,
      `${modelClasses.join(', ')} are read`,
    );
  }
  refuseUnsupported(model, name);
  const draft = emptyDraft(name);
  draft.outputs.push(...runModel({ draft, weights, calls: 0 }, model, name, null));
  return finishDraft(draft);
}
