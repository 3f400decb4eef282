import {
  ShieldCheckmark20Filled,
  ShieldDismiss20Filled,
  ShieldQuestion20Regular,
  ShieldTask20Regular,
  Warning20Filled,
} from '@fluentui/react-icons';
import type { ReactElement } from 'react';
import type { EvidenceGrade, EvidenceSummary } from '#contract';
import { timeText } from '../format/format.ts';
import { useText } from '../use-text.ts';
import { Badge } from './badges.tsx';

const icons: Readonly<Record<EvidenceGrade, ReactElement>> = {
  passed: <ShieldCheckmark20Filled className="good" aria-hidden />,
  limited: <ShieldTask20Regular className="live" aria-hidden />,
  warning: <Warning20Filled className="warn" aria-hidden />,
  failed: <ShieldDismiss20Filled className="bad" aria-hidden />,
};

interface EvidenceBadgeProps {
  readonly evidence: EvidenceSummary | null;
  /** The icon alone is to be seen; the words are in its title, and heard. */
  readonly short?: boolean;
}

/** How well a restore point stood its newest verification. */
export function EvidenceBadge({ evidence, short = false }: EvidenceBadgeProps) {
  const say = useText();
  if (evidence === null)
    return <Badge icon={<ShieldQuestion20Regular className="calm" aria-hidden />}>{say('evidence.none')}</Badge>;
  const { grade, depth, at } = evidence;
  const when = say('evidence.when', { time: timeText(at), depth: say(`evidence.depth.${depth}`) });
  const title = `${say(`evidence.grade.${grade}`)}: ${say(`evidence.grade.${grade}.why`)} ${when}`;
  if (short)
    return (
      <span className="badge" title={title}>
        {icons[grade]}
        <span className="hidden">{title}</span>
      </span>
    );
  return (
    <Badge icon={icons[grade]} title={title}>
      {say(`evidence.grade.${grade}`)}
    </Badge>
  );
}
