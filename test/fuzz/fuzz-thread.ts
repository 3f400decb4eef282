import { parentPort, workerData } from 'node:worker_threads';
import { HostkeepError } from '#contract';
import { caseSeed, numbers } from './mutate.ts';
import { isExpected } from './disk-subject.ts';
import type { FuzzWanted } from './run-fuzz.ts';
import { allSubjects, fileSystems, otherFormats } from './subjects.ts';

/** Works through cases and tells before each which it is, so that the parent knows where it hangs. */
export type FuzzMessage =
  | { readonly kind: 'case'; readonly index: number }
  | { readonly kind: 'bad'; readonly index: number; readonly text: string }
  | { readonly kind: 'done'; readonly coded: number; readonly peakBytes: number };

const { first, count, seed, subject: only, groups: wanted } = workerData as FuzzWanted;
const given = wanted === undefined ? allSubjects : wanted === 'file systems' ? fileSystems : otherFormats;
const groups = (await given()).filter((group) => only === undefined || group.some(({ name }) => name === only));
if (groups.length === 0) throw new Error(`no subject ${only}`);
const loadedBytes = process.memoryUsage.rss();
const post = (message: FuzzMessage): void => parentPort!.postMessage(message);
let coded = 0;
let peakBytes = 0;
for (let index = first; index < first + count; index += 1) {
  const group = groups[index % groups.length]!;
  const subject = group[Math.floor(index / groups.length) % group.length]!;
  post({ kind: 'case', index });
  try {
    await subject.attempt(numbers(caseSeed(seed, index)));
  } catch (error) {
    if (error instanceof HostkeepError && isExpected(error)) coded += 1;
    else post({ kind: 'bad', index, text: `${subject.name}: ${error instanceof Error ? error.stack : String(error)}` });
  }
  if (index % 20 === 0) peakBytes = Math.max(peakBytes, process.memoryUsage.rss() - loadedBytes);
}
post({ kind: 'done', coded, peakBytes });
