import { useEffect, useRef, useState } from 'react';
import type { RunProgress } from '#contract';
import { bytesText, durationText, percentText } from '../format/format.ts';
import { useTold } from './told.ts';
import { useText, type Say } from '../use-text.ts';

/** How far, how fast, how long still: from what the run wrote down last. */
export function RunProgressBar({ progress }: { readonly progress: RunProgress | null }) {
  const say = useText();
  const rate = useRate(progress);
  const told = useTold();
  const waitsFor = progress?.phase.startsWith(waiting) === true ? told(progress.phase.slice(waiting.length)) : null;
  if (progress === null || progress.totalBytes === 0)
    return (
      <div className="column tight">
        <div className="bar unknown" role="progressbar" aria-label={say('progress.label')}>
          <div />
        </div>
        <span className="small muted">
          {waitsFor === null ? say('progress.waiting') : say('progress.waiting.for', { what: waitsFor })}
        </span>
      </div>
    );
  const { doneBytes, totalBytes, phase, newBytes } = progress;
  const share = Math.min(1, doneBytes / totalBytes);
  const left = rate > 0 ? durationText(((totalBytes - doneBytes) / rate) * 1000) : null;
  return (
    <div className="column tight">
      <div
        className="bar"
        role="progressbar"
        aria-label={say('progress.label')}
        aria-valuenow={Math.round(share * 100)}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <div style={{ width: `${share * 100}%` }} />
      </div>
      <div className="row wrap small muted number">
        <span className="strong">{phaseText(say, phase)}</span>
        <span>{percentText(share)}</span>
        <span>{say('progress.of', { done: bytesText(doneBytes), total: bytesText(totalBytes) })}</span>
        {rate > 0 && <span>{say('progress.rate', { rate: bytesText(rate) })}</span>}
        {newBytes !== undefined && <span>{say('progress.stored', { size: bytesText(newBytes) })}</span>}
        {left !== null && <span>{say('progress.left', { time: left })}</span>}
      </div>
    </div>
  );
}

/** How a phase begins in which a run waits for somebody. */
const waiting = 'waiting: ';

const phases = {
  compact: 'progress.phase.compact',
  check: 'progress.phase.check',
  read: 'progress.phase.read',
  restore: 'progress.phase.restore',
  finalise: 'progress.phase.finalise',
  'file records': 'progress.phase.records',
  'file contents': 'progress.phase.contents',
  'stored data': 'progress.phase.stored',
} as const;

/** `FS01`, `restore`, `FS01: file records`: a VM is called as it is called. */
function phaseText(say: Say, phase: string): string {
  const end = phase.lastIndexOf(': ') + 1;
  const name = phase.slice(end).trimStart();
  return name in phases ? `${phase.slice(0, end)} ${say(phases[name as keyof typeof phases])}`.trimStart() : phase;
}

/** Bytes a second since this phase was first seen. */
function useRate(progress: RunProgress | null): number {
  const first = useRef<RunProgress | null>(null);
  const [rate, setRate] = useState(0);
  useEffect(() => {
    if (progress === null) return;
    const began = first.current;
    if (began === null || began.phase !== progress.phase || progress.doneBytes < began.doneBytes) {
      first.current = progress;
      return setRate(0);
    }
    const seconds = (progress.at - began.at) / 1000;
    if (seconds > 0) setRate((progress.doneBytes - began.doneBytes) / seconds);
  }, [progress]);
  return rate;
}
