import { entryOf } from '#contract';
import { faultNames } from '../simulator/world.ts';
import type { Cell } from './run-cell.ts';

export const begins = '<!-- fault matrix: written by npm run matrix:faults -->';
export const ends = '<!-- end of the fault matrix -->';

const names: Readonly<Record<string, string>> = { ...faultNames, 'target-full': 'the repository is full' };
const paths = { checkpoint: 'Path B, checkpoint', shadow: 'Path A, host VSS' } as const;

/** The table of docs/hyper-v.md. */
export function matrixText(cells: readonly Cell[]): string {
  const sections = (['checkpoint', 'shadow'] as const).map((path) => {
    const rows = cells.filter((cell) => cell.path === path).map(row);
    return [
      `### ${paths[path]}`,
      '',
      '| At | Fault | Run | Error | Afterwards |',
      '| --- | --- | --- | --- | --- |',
      ...rows,
    ].join('\n');
  });
  const codes = [...new Set(cells.flatMap((cell) => cell.code ?? []))].sort();
  const advice = codes.map((code) => `| \`${code}\` | ${entryOf(code).says} | ${entryOf(code).remedy.replaceAll('|', '\\|')} |`);
  return [...sections, ['### What is said', '', '| Error | Says | Advice |', '| --- | --- | --- |', ...advice].join('\n')].join(
    '\n\n',
  );
}

function row({ step, fault, result, code, left, next, leftAfterNext }: Cell): string {
  const after = left.length === 0 ? 'in shape' : `left: ${left.join(', ')}; cleaned by the next run`;
  const strange =
    next === 'failed' || leftAfterNext.length > 0 ? ` **next run: ${next}, left: ${leftAfterNext.join(', ')}**` : '';
  return `| ${step} | ${names[fault]!} | ${result} | ${code === null ? '' : `\`${code}\``} | ${after}${strange} |`;
}

/** The part of the document between the marks. */
export function documented(text: string): string {
  const [from, to] = [text.indexOf(begins), text.indexOf(ends)];
  if (from < 0 || to < from) throw new Error('docs/hyper-v.md has no place for the fault matrix');
  return text.slice(from + begins.length, to).trim();
}
