import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Accelerator } from '../hdl-gen/arch/architecture.ts';
import { nameProblem } from '../hdl-gen/ir/names.ts';
import { toTfliteProfile } from '../models/tflite-profile.ts';
import { accelerate } from '../sim/accelerate.ts';
import { checkClock } from '../sim/cost/scale/element-clock.ts';
import { requestTechnology } from '../sim/cost/scale/request-technology.ts';
import { pointOf } from '../sim/cost/scale/supply-technology.ts';
import { check } from '../specs/check.ts';
import { DesignRequest } from '../specs/design.ts';
import { Fault } from '../specs/fault.ts';
import { scalingOf } from '../specs/scalings.ts';
import { technologyNames, technologyOf } from '../specs/technologies.ts';
import type { Technology } from '../specs/technology.ts';
import { parseHertz } from '../specs/units.ts';
import type { Environment } from './environment.ts';
import { readBytes, readJson } from './files.ts';
import { type LoadedModel, loadModel } from './model.ts';
import { namingFile } from './naming-file.ts';
import { designFolder, designNames, expandPath, suggestion } from './project.ts';

/** Everything that a design file leads to. */
export interface LoadedDesign {
  readonly request: DesignRequest;
  readonly model: LoadedModel;
  readonly technology: Technology;
  /** The design file. */
  readonly source: string;
}

function designFile(name: string, folder: string, environment: Environment): string {
  const path = expandPath(name, folder, environment);
  if (existsSync(path)) return path;
  const known = designNames();
  if (known.includes(name)) return join(designFolder, `${name}.json`);
  if (basename(name) !== name || name.endsWith('.json')) readBytes(path);
  throw new Fault({
    code: 'DESIGN_UNKNOWN',
    place: name,
    cause: 'is neither a file nor a design that joulesmith knows',
    wayOut: suggestion(name, known),
  });
}

/** The network in the arithmetic of TensorFlow Lite's reference kernels; outputs that came with another one are no goldens any more. */
function inTfliteProfile(model: LoadedModel): LoadedModel {
  if (model.graph.profile === 'tflite-reference') return model;
  const samples = model.samples === null ? null : { ...model.samples, expected: null, expectedLogits: null };
  return { ...model, graph: toTfliteProfile(model.graph), samples, accuracy: null };
}

/** What the command line says in place of the design file. */
export type OperatingChange = Partial<Pick<DesignRequest, 'clock' | 'voltage' | 'node' | 'include'>>;

/** The technology at the supply and node that the request names; most name none, and nothing else is read then. */
function technologyFor(request: DesignRequest, clockIsTold: boolean, source: string): Technology {
  const own = technologyOf(request.technology, `${source}: /technology`);
  if (request.voltage === undefined && request.node === undefined && !clockIsTold) return own;
  const scaling = scalingOf();
  const libraries = technologyNames.map((each) => technologyOf(each));
  const technology = requestTechnology(request, own, { scaling, libraries }, `${source}: `);
  const point = pointOf(scaling, own);
  if (technology === own) checkClock(scaling, point, point, parseHertz(request.clock), '--clock');
  return technology;
}

/** A design as a person names it: a JSON file (relative to `folder`) or a name from specs/designs. */
export function loadDesign(
  name: string,
  folder: string,
  environment: Environment,
  instead: OperatingChange = {},
): LoadedDesign {
  const source = designFile(name, folder, environment);
  const request = { ...check(DesignRequest, readJson(source), source), ...instead };
  const technology = technologyFor(request, instead.clock !== undefined, source);
  const model = namingFile(source, () => {
    const loaded = loadModel(request.model, dirname(source), `${source}: /model`, environment);
    return request.profile === undefined ? loaded : inTfliteProfile(loaded);
  });
  return { request, model, technology, source };
}

/** The design's name becomes the top module's: it must be legal in Verilog and not that of an engine. */
function checkTopName({ model, request, source }: LoadedDesign): void {
  const top = request.name.replaceAll('-', '_');
  const taken = model.graph.layers.some((layer) => layer.name === top);
  const problem = taken ? "is the name of one of the network's layers" : nameProblem(top);
  if (problem === null) return;
  throw new Fault({
    code: 'DESIGN_NAME',
    place: `${source}: /name`,
    cause: `'${request.name}' ${problem}, and the top module is called so`,
    wayOut: 'choose another name',
  });
}

/** The accelerator that a design asks for; what cannot be built is said with the design file's name. */
export function buildDesign(design: LoadedDesign): Accelerator {
  checkTopName(design);
  return namingFile(design.source, () => accelerate(design.model.graph, design.request, design.technology));
}
