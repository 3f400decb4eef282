/** Loads modules from the pack that `test/run.ts` has made of them (module-pack.ts); what is not in it, Node loads. */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

const base = new URL('..', import.meta.url).href;

/** @param {string} file */
export function loadModulesFrom(file) {
  const bytes = readFileSync(file);
  const begin = 4 + bytes.readUInt32LE(0);
  const table = JSON.parse(bytes.toString('utf8', 4, begin));
  const { imports } = JSON.parse(readFileSync(new URL('package.json', base), 'utf8'));
  const places = new Map(Object.keys(table).map((place) => [base + place, place]));
  registerHooks({
    resolve(specifier, context, next) {
      const url = urlOf(specifier, context.parentURL, imports);
      return url !== undefined && places.has(url) ? { url, format: 'module', shortCircuit: true } : next(specifier, context);
    },
    load(url, context, next) {
      const place = places.get(url);
      if (place === undefined) return next(url, context);
      const [offset, length] = table[place];
      const source = bytes.toString('utf8', begin + offset, begin + offset + length);
      return { format: 'module', source, shortCircuit: true };
    },
  });
}

/**
 * @param {string} specifier
 * @param {string | undefined} parent
 * @param {Record<string, string>} imports
 */
function urlOf(specifier, parent, imports) {
  if (specifier.startsWith('file:')) return specifier;
  if (specifier.startsWith('.')) return parent?.startsWith(base) ? new URL(specifier, parent).href : undefined;
  if (!specifier.startsWith('#')) return undefined;
  const door =
    imports[specifier] ?? (specifier.startsWith('#engine/') ? imports['#engine/*'].replace('*', specifier.slice(8)) : '');
  return door === '' ? undefined : base + door.slice(2);
}
