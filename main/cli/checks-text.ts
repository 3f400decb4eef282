import { tableText } from './text.ts';

interface Check {
  readonly verdict: string;
  readonly vm: string | null;
  readonly says: string;
  readonly remedy: string;
}

/** Checks with what to do, where something is to be done. */
export function checksText(checks: readonly Check[]): string {
  return tableText(
    ['VERDICT', 'VM', 'CHECK'],
    checks.map((check) => [check.verdict, check.vm ?? '', check.verdict === 'ok' ? check.says : `${check.says} ${check.remedy}`]),
  );
}
