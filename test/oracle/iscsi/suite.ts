/** libiscsi's compliance suite (Debian's libiscsi-bin), one of its suites at a time: one that hangs must not spoil the rest. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export type Verdict = 'passed' | 'skipped' | 'failed' | 'hung';

export interface TestResult {
  readonly suite: string;
  readonly test: string;
  readonly verdict: Verdict;
  /** What the suite said of a test that did not truly pass. */
  readonly says: string;
}

const run = promisify(execFile);
const tool = 'iscsi-test-cu';
const suiteMs = 120_000;

/** All tests of the family `ALL`, by suite. */
export async function listTests(): Promise<ReadonlyMap<string, readonly string[]>> {
  const { stdout } = await run(tool, ['--list']);
  const found = stdout.split('\n').flatMap((line) => {
    const [family, suite, test] = line.trim().split('.');
    return family === 'ALL' && suite !== undefined && test !== undefined ? [{ suite, test }] : [];
  });
  const bySuite = Map.groupBy(found, ({ suite }) => suite);
  return new Map([...bySuite].map(([suite, tests]) => [suite, tests.map(({ test }) => test)]));
}

/** `prefix`: what the tool is started by, such as a command that enters a network namespace. */
export async function runSuite(
  of: { readonly url: string; readonly suite: string; readonly tests: readonly string[] },
  prefix: readonly string[],
): Promise<readonly TestResult[]> {
  // Two paths to the same disk, for the suite that is about that.
  const urls = of.suite === 'MultipathIO' ? [of.url, of.url] : [of.url];
  const [program = tool, ...parameters] = [...prefix, tool, '--dataloss', '-v', `--test=ALL.${of.suite}`, ...urls];
  const output = await outputOf(program, parameters);
  const parts = new Map(
    output
      .split(/^ {2}Test: /m)
      .slice(1)
      .map((part) => [/^(\S+)/.exec(part)?.[1] ?? '', part]),
  );
  return of.tests.map((test) => ({ suite: of.suite, test, ...verdictOf(parts.get(test)) }));
}

async function outputOf(program: string, parameters: readonly string[]): Promise<string> {
  try {
    return (await run(program, [...parameters], { timeout: suiteMs, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 * 1024 })).stdout;
  } catch (error) {
    // A suite that fails or hangs has said something all the same.
    if (error instanceof Error && 'stdout' in error && typeof error.stdout === 'string') return error.stdout;
    throw error;
  }
}

function verdictOf(part: string | undefined): { readonly verdict: Verdict; readonly says: string } {
  if (part === undefined) return { verdict: 'hung', says: 'no verdict' };
  const said = [...part.matchAll(/\[(?:SKIPPED|FAILED)\][^\n]*/g)].map(([text]) => text.replaceAll(/"\s*"?|\)$/g, '').trim());
  const says = [...new Set(said)].join('; ');
  // The verdict stands behind the name, or on a line of its own behind what the test said; "[FAILED]" is also said of failures that were wanted.
  const verdict = /(?:\.\.\.|^)(passed|FAILED)/m.exec(part)?.[1];
  if (verdict === 'FAILED') return { verdict: 'failed', says };
  if (part.includes('[SKIPPED]')) return { verdict: 'skipped', says };
  return verdict === 'passed' ? { verdict: 'passed', says: '' } : { verdict: 'hung', says: 'no verdict' };
}
