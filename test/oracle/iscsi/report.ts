import type { TestResult, Verdict } from './suite.ts';

const nameOf = ({ suite, test }: TestResult): string => `${suite}.${test}`;
const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Prints both beside each other and what did not pass here; false where tgt is not outdone. */
export function reportResults(ours: readonly TestResult[], theirs: readonly TestResult[]): boolean {
  say(`${''.padEnd(28)}    hostkeep        tgt\n${'suite'.padEnd(28)}pass skip fail    pass skip fail`);
  const line = (name: string, wanted: (result: TestResult) => boolean): void =>
    say(`${name.padEnd(28)}${counted(ours.filter(wanted))}    ${theirs.length === 0 ? '' : counted(theirs.filter(wanted))}`);
  for (const suite of new Set(ours.map((result) => result.suite))) line(suite, (result) => result.suite === suite);
  line('all', () => true);
  listed(ours, ['failed', 'hung'], 'Failed here:');
  listed(ours, ['skipped'], 'Skipped here, and why:');
  const passedThere = new Set(theirs.filter(({ verdict }) => verdict === 'passed').map(nameOf));
  const behind = ours.filter((result) => result.verdict !== 'passed' && passedThere.has(nameOf(result)));
  const named = behind.map((result) => `${nameOf(result)} (${result.verdict})`);
  say(`\nPassed by tgt and not here: ${named.join(', ') || 'none'}`);
  const passed = ours.filter(({ verdict }) => verdict === 'passed').length;
  return behind.every(({ verdict }) => verdict === 'skipped') && (theirs.length === 0 || passed > passedThere.size);
}

function counted(results: readonly TestResult[]): string {
  const count = (...verdicts: readonly Verdict[]): number => results.filter(({ verdict }) => verdicts.includes(verdict)).length;
  return [count('passed'), count('skipped'), count('failed', 'hung')].map((number) => String(number).padStart(4)).join(' ');
}

function listed(results: readonly TestResult[], verdicts: readonly Verdict[], title: string): void {
  say(`\n${title}`);
  for (const result of results.filter(({ verdict }) => verdicts.includes(verdict))) say(`  ${nameOf(result)}: ${result.says}`);
}
