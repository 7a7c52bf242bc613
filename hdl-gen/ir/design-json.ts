import { check } from '../../specs/check.ts';
import { checkDesign } from './check.ts';
import type { Design, WordData } from './design.ts';
import { DesignDocument, designFormat } from './design-schema.ts';
import { wordData } from './text.ts';

/** The design as plain JSON data of the form `DesignDocument`. */
export function designToJson({ top, modules }: Design): DesignDocument {
  const document: unknown = {
    format: designFormat,
    top,
    modules: modules.map((module) => ({
      ...module,
      memories: module.memories.map((memory) => ({ ...memory, contents: memory.contents.map(contentsToJson) })),
    })),
  };
  return document as DesignDocument;
}

function contentsToJson(data: WordData): { readonly kind: string; readonly values: readonly (number | string)[] } {
  const values = data instanceof BigInt64Array ? Array.from(data, String) : Array.from(data);
  return { kind: data.constructor.name, values };
}

/**
 * The design of a JSON document; `origin` names the file.
 * Errors: `SPEC_INVALID` where the document has another form, the faults of `checkDesign` where the design breaks a rule.
 */
export function designFromJson(json: unknown, origin: string): Design {
  const { top, modules } = check(DesignDocument, json, origin);
  const made: unknown = {
    top,
    modules: modules.map((module) => ({
      ...module,
      memories: module.memories.map((memory) => ({
        ...memory,
        contents: memory.contents.map(({ kind, values }) => wordData(kind, values)),
      })),
    })),
  };
  // The schema has just said that it is one.
  const design = made as Design;
  checkDesign(design);
  return design;
}
