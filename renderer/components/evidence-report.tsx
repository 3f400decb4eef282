import { CheckmarkCircle16Filled, DismissCircle16Filled, SubtractCircle16Regular, Warning16Filled } from '@fluentui/react-icons';
import type { ReactElement } from 'react';
import type { Evidence, EvidenceCheck, EvidenceVerdict } from '#contract';
import { bytesText, durationText, numberText, timeText } from '../format/format.ts';
import { useText } from '../use-text.ts';
import { EvidenceBadge } from './evidence-badge.tsx';
import { useEvidenceSays } from './evidence-says.ts';

const icons: Readonly<Record<EvidenceVerdict, ReactElement>> = {
  passed: <CheckmarkCircle16Filled className="good" aria-hidden />,
  'not-checked': <SubtractCircle16Regular className="calm" aria-hidden />,
  warning: <Warning16Filled className="warn" aria-hidden />,
  failed: <DismissCircle16Filled className="bad" aria-hidden />,
};

const worst: readonly EvidenceVerdict[] = ['failed', 'warning', 'not-checked'];
const listed = 100;

/** One verification: its grade, what it found, and where it ends. */
export function EvidenceReport({ evidence }: { readonly evidence: Evidence }) {
  const say = useText();
  const { checks, reading, grade, depth, at, durationMs, by } = evidence;
  const problems = worst.flatMap((verdict) => checks.filter((check) => check.verdict === verdict));
  const sound = checks.filter((check) => check.verdict === 'passed');
  const read = { files: numberText(reading.files), size: bytesText(reading.bytes) };
  return (
    <div className="column">
      <div className="row wrap">
        <EvidenceBadge evidence={{ at, depth, grade }} />
        <span className="small muted number">
          {say('evidence.when', { time: timeText(at), depth: say(`evidence.depth.${depth}`) })}
        </span>
      </div>
      <div>{say(`evidence.grade.${grade}.why`)}</div>
      {problems.length > 0 && <EvidenceChecks title={say('evidence.checks.problems')} checks={problems} />}
      {sound.length > 0 && (
        <details open={problems.length === 0}>
          <summary>{say('evidence.checks.sound', { count: sound.length })}</summary>
          <EvidenceChecks title={say('evidence.checks.sound', { count: sound.length })} checks={sound} />
        </details>
      )}
      <div className="small muted">
        {reading.ofFiles === null || reading.ofBytes === null
          ? say('evidence.read', read)
          : say('evidence.read.of', { ...read, ofFiles: numberText(reading.ofFiles), ofSize: bytesText(reading.ofBytes) })}{' '}
        {say(`evidence.not-covered.${depth}`)} {say('evidence.took', { time: durationText(durationMs), by })}
      </div>
    </div>
  );
}

/** What was looked at, and what was found. */
export function EvidenceChecks({ title, checks }: { readonly title: string; readonly checks: readonly EvidenceCheck[] }) {
  const say = useText();
  const saysOf = useEvidenceSays();
  return (
    <ul className="list scrolls" aria-label={title} tabIndex={0}>
      {checks.slice(0, listed).map((one) => (
        <li key={`${one.check} ${one.subject} ${one.says}`} className="item" style={{ padding: '6px 0' }}>
          {icons[one.verdict]}
          <div className="grow small">
            <span className="hidden">{say(`evidence.verdict.${one.verdict}`)}: </span>
            <span className="strong">{say(`evidence.check.${one.check}`)}</span> <span className="mono">{one.subject}</span>
            <div className="muted">{saysOf(one)}</div>
          </div>
        </li>
      ))}
      {checks.length > listed && (
        <li className="small muted">{say('evidence.checks.more', { count: checks.length - listed })}</li>
      )}
    </ul>
  );
}
