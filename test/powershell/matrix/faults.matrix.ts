/**
 * Every fault at every step of both paths: `npm run matrix:faults` prints the table and compares docs/hyper-v.md with it; `WRITE=1` writes it
 * there. `KILL_EVERY=n` takes every nth, whose lines must stand there.
 */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { every } from '../../failure/boundaries.ts';
import { findEngine, missingEngine } from '../simulator/engine.ts';
import { steps, type Path } from './cells.ts';
import { matrixBench, type Cell } from './run-cell.ts';
import { begins, documented, ends, matrixText } from './table.ts';

const engine = await findEngine();
const skip = engine === null ? missingEngine : false;
const document = new URL('../../../docs/hyper-v.md', import.meta.url);
const cells: Cell[] = [];

for (const path of ['checkpoint', 'shadow'] as const satisfies readonly Path[])
  test(`faults of path ${path}`, { skip }, async (context) => {
    const bench = await matrixBench(context, path);
    let place = 0;
    for (const step of steps[path])
      for (const fault of step.faults) {
        if (place++ % every > 0) continue;
        const cell = await bench.runCell(step, fault);
        cells.push(cell);
        const { result, code, left, next } = cell;
        console.log([path, step.name, fault, result, code ?? '-', left.join(',') || 'in shape', `next: ${next}`].join(' | '));
        assert.ok(next === 'success' || next === 'warning', `the next run after ${fault} at ${step.name}: ${next}`);
        assert.deepEqual(cell.leftAfterNext, []);
        assert.ok(result === 'success' || result === 'warning' || code !== null, 'a run that fails says why');
        assert.notEqual(code, 'host/script-failed', `${fault} at ${step.name} is a failure that the scripts do not know`);
      }
  });

test('docs/hyper-v.md tells the same', { skip }, async () => {
  const [text, table] = [await readFile(document, 'utf8'), matrixText(cells)];
  if (process.env['WRITE'] === '1' && every === 1) {
    const [head, tail] = [text.slice(0, text.indexOf(begins)), text.slice(text.indexOf(ends))];
    await writeFile(document, `${head}${begins}\n\n${table}\n\n${tail}`);
  } else if (every === 1) assert.equal(documented(text), table);
  else {
    const lines = new Set(documented(text).split('\n'));
    assert.deepEqual(
      table.split('\n').filter((line) => !lines.has(line)),
      [],
    );
  }
});
