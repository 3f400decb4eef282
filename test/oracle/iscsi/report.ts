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
  listed(ours, ['failed', 'hung'], 'Failed here, and why:');
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

/** Why tests do not truly pass, by what the suite says of them, or by their name. */
const reasons: readonly (readonly [RegExp, string])[] = [
  [/EXTENDEDCOPY|RECEIVE_?COPY/, 'third-party copies are not offered: hosts copy what they want themselves'],
  [/not removable/, 'a disk of a restore point is not removable'],
  [/not write-protected/, 'a published disk is writable'],
  [/allow-sanitize/, 'the suite asks for SANITIZE only when told to; there is nothing to sanitise'],
  [
    /REPORT_SUPPORTED_OPCODES/,
    'the suite takes the refusal that it asks for (option 1 where there are service actions) for a missing command',
  ],
  [/WRITEATOMIC16/, 'atomic writes are not promised'],
  [/GetLBAStatus\.UnmapSingle:/, 'with 8 blocks in a physical one the suite asks for block n + 1 and wants to be told of n + 8'],
  [/WriteSame1[06]\.ZeroBlocks:/, 'the suite sees the refusal that WSNZ promises, and calls that skipped'],
  [/MultipathIO\.CompareAndWrite:/, 'the suite makes 256 blocks zero and expects 257 to be'],
];

function reasonOf(result: TestResult): string {
  const text = `${nameOf(result)}: ${result.says}`;
  return reasons.find(([form]) => form.test(text))?.[1] ?? 'UNEXPLAINED';
}

function listed(results: readonly TestResult[], verdicts: readonly Verdict[], title: string): void {
  say(`\n${title}`);
  for (const result of results.filter(({ verdict }) => verdicts.includes(verdict)))
    say(`  ${nameOf(result)}: ${reasonOf(result)}\n      (${result.says})`);
}
