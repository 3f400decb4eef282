import { DismissCircle20Filled } from '@fluentui/react-icons';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { VerifiedPoint } from '#contract';
import { Badge } from '../../components/badges.tsx';
import { errorText } from '#contract/errors-de';
import { EvidenceBadge } from '../../components/evidence-badge.tsx';
import { timeText } from '../../format/format.ts';
import { useText } from '../../use-text.ts';

interface SeriesReportProps {
  readonly repository: string;
  readonly verified: readonly VerifiedPoint[];
  /** When the run ended. */
  readonly at: number;
}

/** What came of each restore point that a run has looked at; its whole report is on its own page. */
export function SeriesReport({ repository, verified, at }: SeriesReportProps) {
  const say = useText();
  const { i18n } = useTranslation();
  return (
    <ul className="list" aria-label={say('series.label')}>
      {verified.map(({ point, vm, time, depth, grade, files, error }) => (
        <li key={point} className="item">
          <div style={{ minWidth: 150 }}>
            {grade === null ? (
              <Badge icon={<DismissCircle20Filled className="bad" aria-hidden />}>{say('series.unseen')}</Badge>
            ) : (
              <EvidenceBadge evidence={{ grade, depth, at }} />
            )}
          </div>
          <div className="grow">
            <Link href={`/restore/${repository}/${point}`}>{time === null ? point : `${vm}, ${timeText(time)}`}</Link>
            <div className="small muted">
              {error === null ? say('series.files', { count: files }) : errorText({ ...error, remedy: '' }, i18n.language).says}
            </div>
          </div>
        </li>
      ))}
    </ul>
  );
}
