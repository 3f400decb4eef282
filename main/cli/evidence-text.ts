import type { Evidence, EvidenceGrade, EvidenceSummary, EvidenceVerdict } from '#contract';
import { bytesText, durationText, tableText, timeText, wrapped } from './text.ts';

const sentences: Readonly<Record<EvidenceGrade, string>> = {
  passed: 'Passed: all that was looked at is sound.',
  limited: 'Passed as far as it could be looked at: some of it could not.',
  warning: 'Readable, with warnings.',
  failed: 'FAILED: something is damaged or missing.',
};

const verdicts: Readonly<Record<EvidenceVerdict, string>> = {
  passed: 'ok',
  'not-checked': 'not checked',
  warning: 'warning',
  failed: 'FAILED',
};

const worst: readonly EvidenceVerdict[] = ['failed', 'warning', 'not-checked', 'passed'];

/** Lines beyond what a person reads: files that were read and are as they should be. */
const shownRows = 200;

/** A report for people. Control characters of a guest's names never reach the terminal. */
export function evidenceText(evidence: Evidence): string {
  const { checks, reading, grade, depth } = evidence;
  // Of a long report the worst is shown first.
  const shownFirst =
    checks.length > shownRows ? checks.toSorted((a, b) => worst.indexOf(a.verdict) - worst.indexOf(b.verdict)) : checks;
  const rows = shownFirst.map(({ check, verdict, subject, says }) => [verdicts[verdict], check, shown(`${subject}: ${says}`)]);
  const more = rows.length > shownRows ? [`${rows.length - shownRows} more lines: --json has them all.`] : [];
  const share = reading.ofBytes === null ? '' : ` of ${reading.ofFiles} files, ${bytesText(reading.ofBytes)}`;
  const read = `Read through every layer: ${reading.files} files, ${bytesText(reading.bytes)}${share}. Chosen: ${reading.rule}.`;
  return [
    tableText(['VERDICT', 'CHECK', 'WHAT'], rows.slice(0, shownRows)),
    ...more,
    '',
    ...wrapped(read, 78),
    ...wrapped(evidence.notCovered, 78),
    ...wrapped(
      `${sentences[grade]} Depth: ${depth}. ${timeText(evidence.at)}, ${durationText(evidence.durationMs)}, ${evidence.by}.`,
      78,
    ),
  ].join('\n');
}

/** The word in a list. */
export function evidenceWord(summary: EvidenceSummary | null): string {
  return summary?.grade ?? '-';
}

function shown(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '?');
}
