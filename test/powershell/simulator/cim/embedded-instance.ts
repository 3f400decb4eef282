import type { CimType } from './schema.ts';

/** An instance as text, CIM-XML of DTD 2.0: what methods of the virtualization namespace take as settings. */
export interface EmbeddedInstance {
  readonly className: string;
  readonly values: ReadonlyMap<string, { readonly type: string; readonly value: string }>;
}

const property =
  /^<PROPERTY NAME="(\w+)" TYPE="(\w+)">(?:<VALUE>([^<&]*(?:&(?:amp|lt|gt|quot|apos);[^<&]*)*)<\/VALUE>)?<\/PROPERTY>/;

/** Null for anything that is not well-formed, to the last character. */
export function parseEmbeddedInstance(text: string): EmbeddedInstance | null {
  const head = /^<INSTANCE CLASSNAME="(\w+)">/.exec(text);
  if (head === null) return null;
  const values = new Map<string, { type: string; value: string }>();
  let rest = text.slice(head[0].length);
  for (let found = property.exec(rest); found !== null; found = property.exec(rest)) {
    if (values.has(found[1]!)) return null;
    values.set(found[1]!, { type: found[2]!, value: found[3] ?? '' });
    rest = rest.slice(found[0].length);
  }
  return rest === '</INSTANCE>' ? { className: head[1]!, values } : null;
}

/** Whether every property is one of the class, with its type, and holds a value of that type. */
export function fitsClass(instance: EmbeddedInstance, properties: Readonly<Record<string, CimType>>): boolean {
  return [...instance.values].every(([name, { type, value }]) => properties[name] === type && isOfType(value, type));
}

function isOfType(value: string, type: string): boolean {
  if (type === 'boolean') return value === 'true' || value === 'false';
  const bits = /^uint(8|16|32)$/.exec(type)?.[1];
  if (bits !== undefined) return /^\d{1,10}$/.test(value) && Number(value) < 2 ** Number(bits);
  return true;
}
