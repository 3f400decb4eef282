import {
  asHostkeepError,
  evidenceSentenceText,
  hasCode,
  HostkeepError,
  mostEvidenceChecks,
  type EvidenceCheck,
  type EvidenceCheckKind,
  type EvidenceGrade,
  type EvidenceSentence,
  type EvidenceSentenceId,
  type EvidenceVerdict,
} from '#contract';
import { isDamage, newDamage, type Damage, type DamagedPack } from '#engine/repository';

/** Gathers what was found; never more than a report may hold, and what does not fit is counted. */
export interface Findings {
  add(check: EvidenceCheckKind, subject: string, verdict: EvidenceVerdict, sentence: EvidenceSentence): void;
  /** Damage, or what cannot be looked into. @throws what is neither: then nothing can be said of the point */
  fault(check: EvidenceCheckKind, subject: string, error: unknown): void;
  /** Damage of what a fault will tell of, or has told of. @throws what is no damage */
  met(error: unknown): void;
  checks(): readonly EvidenceCheck[];
  /** Where in the repository damage was met. */
  damaged(): readonly DamagedPack[];
}

const longest = 600;

export function findings(): Findings {
  const found: EvidenceCheck[] = [];
  const left = new Map<EvidenceVerdict, number>();
  const damage = newDamage();
  const push = (check: EvidenceCheck): void => {
    // Room is kept for the lines that say what did not fit.
    if (found.length < mostEvidenceChecks - 4) found.push(check);
    else left.set(check.verdict, (left.get(check.verdict) ?? 0) + 1);
  };
  return {
    add: (check, subject, verdict, sentence) =>
      push({ check, subject: subject.slice(0, longest), verdict, ...told(sentence), code: null }),
    fault(check, subject, error) {
      const verdict = verdictOf(error);
      if (verdict === undefined) throw error;
      noteDamage(damage, error);
      const { code, message } = asHostkeepError(error);
      push({ check, subject: subject.slice(0, longest), verdict, says: message.slice(0, longest), sentence: null, code });
    },
    met(error) {
      if (verdictOf(error) === undefined) throw error;
      noteDamage(damage, error);
    },
    damaged: () => damage.packs(),
    checks: () => [
      ...found,
      ...[...left].map(([verdict, count]): EvidenceCheck => ({
        check: 'file-contents',
        subject: '/',
        verdict,
        ...told(says('more-like-these', { count })),
        code: null,
      })),
    ],
  };
}

/** The place that an error, or what it came from, names. */
function noteDamage(damage: Damage, error: unknown): void {
  for (let at = error; at instanceof HostkeepError; at = at.cause) {
    if (!isDamage(at)) continue;
    const { pack, group } = at.details;
    if (typeof pack !== 'string') continue;
    if (typeof group === 'number') damage.markGroup(pack, group);
    else damage.markPack(pack);
    return;
  }
}

/** Values that a guest gave are cut, so that no report grows beyond its bounds. */
function told({ id, values }: EvidenceSentence): Pick<EvidenceCheck, 'says' | 'sentence'> {
  const cut = (value: string | number): string | number => (typeof value === 'string' ? value.slice(0, longest) : value);
  const sentence = { id, values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, cut(value)])) };
  return { says: evidenceSentenceText(sentence).slice(0, longest), sentence };
}

export function says(id: EvidenceSentenceId, values: EvidenceSentence['values'] = {}): EvidenceSentence {
  return { id, values };
}

/** What by its nature cannot be read here, and is no damage. */
const beyondUs = [
  'format/file-encrypted',
  'format/file-deduplicated',
  'format/file-offline',
  'format/reparse-unknown',
  'format/volume-encrypted',
  'format/file-system-unknown',
  'format/file-system-unsupported',
  'format/ntfs-unsupported',
  'format/ext4-unsupported',
  'format/xfs-unsupported',
  'format/btrfs-unsupported',
  'format/lvm-unsupported',
  'format/lvm-incomplete',
  'recovery/not-a-file',
] as const;

/** Undefined for what says nothing of the restore point: a storage that is away, a cancel, a bug. */
export function verdictOf(error: unknown): EvidenceVerdict | undefined {
  if (hasCode(error, ...beyondUs)) return 'not-checked';
  if (!(error instanceof HostkeepError)) return undefined;
  return error.code.startsWith('format/') || isDamage(error) ? 'failed' : undefined;
}

/** The worst verdict rules. */
export function gradeOf(checks: readonly EvidenceCheck[]): EvidenceGrade {
  const has = (verdict: EvidenceVerdict): boolean => checks.some((check) => check.verdict === verdict);
  if (has('failed')) return 'failed';
  if (has('warning')) return 'warning';
  return has('not-checked') || !has('passed') ? 'limited' : 'passed';
}
