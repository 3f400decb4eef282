import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Log } from '#engine/ports';
import { startPowerShell, type PowerShell, type PowerShellOptions } from '#host';
import { temporaryFolder } from '../../fixtures/environment.ts';

/** What stands for PowerShell: a program that notes how it was started and answers as its lines say. */
export interface FakeEngine {
  readonly shell: PowerShell;
  readonly warnings: string[];
  /** Arguments of every start, and everything that came in on stdin. */
  started(): Promise<{ readonly argv: readonly string[]; readonly lines: readonly string[] }>;
}

const greeting = `say('{"ready":"5.1"}')`;

/**
 * `onRequest` is the body of `(request, say, line) => ...`, run for each request; `onStart` is run before the first line is read.
 */
export async function fakeEngine(
  context: TestContext,
  script: { readonly onStart?: string; readonly onRequest?: string },
  options: Partial<PowerShellOptions> = {},
): Promise<FakeEngine> {
  const folder = await temporaryFolder(context);
  const program = join(folder, 'engine.cjs');
  const noted = join(folder, 'noted');
  await writeFile(
    program,
    `#!${process.execPath}
const fs = require('node:fs');
const note = (what) => fs.appendFileSync(${JSON.stringify(noted)}, JSON.stringify(what) + '\\n');
note({ argv: process.argv.slice(2) });
const say = (text) => process.stdout.write(text + '\\n');
${script.onStart ?? greeting};
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  note({ line });
  const request = JSON.parse(line);
  if (request.operation === undefined) return;
  ${script.onRequest ?? `say(JSON.stringify({ id: request.id, result: { value: request.operation } }))`};
}).on('close', () => process.exit(0));
`,
  );
  await chmod(program, 0o755);
  const warnings: string[] = [];
  const log: Log = {
    info: (message, facts) => void warnings.push(`${message} ${JSON.stringify(facts)}`),
    warn: (message, facts) => void warnings.push(`${message} ${JSON.stringify(facts)}`),
  };
  const shell = startPowerShell({ executable: program, connection: null, log, stopGraceMs: 200, ...options });
  context.after(() => shell.close());
  return {
    shell,
    warnings,
    async started() {
      const notes = (await readFile(noted, 'utf8'))
        .trim()
        .split('\n')
        .map((one) => JSON.parse(one) as { argv?: string[]; line?: string });
      return { argv: notes.flatMap((one) => one.argv ?? []), lines: notes.flatMap((one) => one.line ?? []) };
    },
  };
}

export function ask(
  shell: PowerShell,
  operation = 'echo',
  more: { timeoutMs?: number; signal?: AbortSignal; request?: unknown; onEvent?: () => void } = {},
): Promise<unknown> {
  const { timeoutMs = 60_000, signal = new AbortController().signal, request = {}, onEvent = () => undefined } = more;
  return shell.invoke({ operation, request, timeoutMs, signal, onEvent });
}
