import type { Residue } from '#engine/ports';
import type { Operation } from '../operation.ts';
import { fieldsOf, listOf, textOf } from '../values.ts';

const kinds: Readonly<Record<string, Residue['kind']>> = {
  checkpoint: 'checkpoint',
  shadow: 'shadow-copy',
  merge: 'merge',
  'reference-point': 'reference-point',
  restore: 'restore',
};

/** The script's name of a kind of residue. */
export function scriptKind(kind: Residue['kind']): string {
  return Object.keys(kinds).find((name) => kinds[name] === kind) ?? kind;
}

export const listResidueOperation: Operation<{ readonly ledger: string }, readonly Residue[]> = {
  name: 'residue',
  timeoutMs: 60_000,
  failures: [],
  parse: (value) =>
    listOf(fieldsOf(value, 'residue')['items'], 'items').flatMap((one) => {
      const item = fieldsOf(one, 'item');
      const kind = kinds[textOf(item['kind'], 'kind')];
      const [id, vmId, vm, run] = ['id', 'vmId', 'vm', 'run'].map((name) => textOf(item[name], name));
      return kind === undefined ? [] : [{ kind, id: id!, vmId: vmId!.toLowerCase(), vm: vm!, run: run! }];
    }),
};
