import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { HostkeepError } from '#contract';
import type { Operation } from '../../../main/host/operation.ts';
import { findEngine, missingEngine } from '../simulator/engine.ts';
import { simulate } from '../simulator/host.ts';
import { tidy, type Exercise } from './scenario.ts';

const engine = await findEngine();
const skip = engine === null ? missingEngine : false;
const here = new URL('.', import.meta.url);
const sources = new URL('../../../main/host/operations/', import.meta.url);

async function modulesIn(folder: URL, ending: string): Promise<readonly Record<string, unknown>[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(ending));
  return Promise.all(names.map((name) => import(new URL(name, folder).href) as Promise<Record<string, unknown>>));
}

const exercises = (await modulesIn(here, '.exercises.ts')).flatMap((module) => module['exercises'] as readonly Exercise[]);

function isOperation(value: unknown): value is Operation<never, unknown> {
  return typeof value === 'object' && value !== null && 'failures' in value && 'timeoutMs' in value && 'answer' in value;
}

test('every operation is exercised once for success and once for each failure that it declares', async () => {
  const declared = (await modulesIn(sources, '.ts')).flatMap((module) => Object.values(module)).filter(isOperation);
  const scripts = (await readdir(sources)).filter((name) => name.endsWith('.ps1')).map((name) => name.slice(0, -4));
  assert.deepEqual(declared.map((one) => one.name).sort(), scripts.sort(), 'every script has its operation');
  const missing = declared.flatMap(({ name, failures }) => {
    const exercise = exercises.find((one) => one.operation.name === name);
    if (exercise === undefined) return [`${name}: not exercised`];
    const known = new Set([...Object.keys(exercise.failures), ...Object.keys(exercise.onlyOnWindows ?? {})]);
    const unexercised = failures.filter((code) => !known.has(code)).map((code) => `${name}: ${code} is never provoked`);
    const undeclared = [...known]
      .filter((code) => !failures.some((one) => one === code))
      .map((code) => `${name}: ${code} is not declared`);
    return [...unexercised, ...undeclared];
  });
  assert.deepEqual(missing, []);
});

for (const { operation, success, failures } of exercises)
  test(`${operation.name} succeeds, and fails as it declares: ${Object.keys(failures).join(', ')}`, { skip }, async (context) => {
    const simulation = await simulate(context, { smallDisks: true });
    await success(simulation);
    await tidy(simulation);
    for (const [code, act] of Object.entries(failures)) {
      await assert.rejects(act(simulation), (error) => {
        assert.ok(error instanceof HostkeepError, String(error));
        assert.equal(error.code, code, `${operation.name}: ${JSON.stringify(error.details)}`);
        return true;
      });
      await tidy(simulation);
    }
  });
