import { object, optional, pipe, transform } from 'valibot';
import { count } from '#contract';
import type { Residue } from '#engine/ports';
import { id, list, text } from '../answer.ts';
import type { Operation } from '../operation.ts';

const kinds: Readonly<Record<string, Residue['kind']>> = {
  checkpoint: 'checkpoint',
  shadow: 'shadow-copy',
  merge: 'merge',
  'reference-point': 'reference-point',
  restore: 'restore',
  recovery: 'recovery',
  ledger: 'ledger',
};

/** The script's name of a kind of residue. */
export function scriptKind(kind: Residue['kind']): string {
  return Object.keys(kinds).find((name) => kinds[name] === kind) ?? kind;
}

export const listResidueOperation: Operation<{ readonly ledger: string }, readonly Residue[]> = {
  name: 'residue',
  timeoutMs: 60_000,
  failures: [],
  answer: pipe(
    object({
      items: list(
        object({ kind: text, id: text, vmId: id, vm: text, run: text, repository: optional(text, ''), at: optional(count) }),
      ),
    }),
    transform(({ items }) =>
      items.flatMap(({ kind, repository, at, ...item }): Residue[] => {
        const known = kinds[kind];
        if (known === undefined) return [];
        return [{ ...item, kind: known, ...(repository === '' ? {} : { repository }), ...(at === undefined ? {} : { at }) }];
      }),
    ),
  ),
};
