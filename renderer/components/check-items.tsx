import type { CheckView } from '#contract';
import { useText } from '../use-text.ts';
import { VerdictBadge } from './badges.tsx';
import { useCheckWords } from './check-words.ts';

const order = { blocking: 0, warning: 1, ok: 2 } as const;

/** Findings, the worst first, each with its remedy. */
export function CheckItems({ checks }: { readonly checks: readonly CheckView[] }) {
  const say = useText();
  const wordsOf = useCheckWords();
  return (
    <ul className="list" aria-label={say('hosts.checks')}>
      {checks
        .toSorted((a, b) => order[a.verdict] - order[b.verdict])
        .map((check) => ({ ...check, ...wordsOf(check) }))
        .map((check) => (
          <li key={`${check.id} ${check.vm}`} className="item">
            <div style={{ minWidth: 116 }}>
              <VerdictBadge verdict={check.verdict} />
            </div>
            <div className="grow">
              <div>
                {check.vm !== null && <span className="strong">{check.vm}: </span>}
                {check.says}
              </div>
              {check.remedy !== '' && <div className="small muted">{check.remedy}</div>}
            </div>
          </li>
        ))}
    </ul>
  );
}
