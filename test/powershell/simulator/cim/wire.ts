import type { Instance } from './instance.ts';
import { schema } from './schema.ts';

/** An instance as the module gets it: every property of its class with its type, those without a value as null. */
export function wire(instance: Instance): object {
  const known = schema[instance.Class];
  if (known === undefined) throw new Error(`the simulation has no class ${instance.Class}`);
  const strange = Object.keys(instance).filter((name) => name !== 'Class' && name !== 'Key' && !(name in known.properties));
  if (strange.length > 0) throw new Error(`${instance.Class} has no ${strange.join(', ')}`);
  const properties = Object.entries(known.properties).map(([name, type]) => ({ name, type, value: instance[name] ?? null }));
  return { Class: instance.Class, Key: instance.Key, namespace: known.namespace, properties };
}
