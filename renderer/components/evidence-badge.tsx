import {
  ShieldCheckmark20Filled,
  ShieldDismiss20Filled,
  ShieldQuestion20Regular,
  ShieldTask20Regular,
  Warning20Filled,
} from '@fluentui/react-icons';
import type { ReactElement } from 'react';
import type { EvidenceGrade, EvidenceSummary } from '#contract';
import { agoText, timeText } from '../format/format.ts';
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
  /** Says how long ago instead of how well, as a list of VMs does: how well the icon and its title say. */
  readonly ago?: boolean;
}

/** How well a restore point stood its newest verification. */
export function EvidenceBadge({ evidence, ago = false }: EvidenceBadgeProps) {
  const say = useText();
  if (evidence === null)
    return <Badge icon={<ShieldQuestion20Regular className="calm" aria-hidden />}>{say('evidence.none')}</Badge>;
  const { grade, depth, at } = evidence;
  const when = say('evidence.when', { time: timeText(at), depth: say(`evidence.depth.${depth}`) });
  const title = `${say(`evidence.grade.${grade}`)}: ${say(`evidence.grade.${grade}.why`)} ${when}`;
  return (
    <Badge icon={icons[grade]} title={title}>
      {ago ? agoText(at) : say(`evidence.grade.${grade}`)}
    </Badge>
  );
}
