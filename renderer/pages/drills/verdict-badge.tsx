import { CheckmarkCircle20Filled, DismissCircle20Filled, QuestionCircle20Filled } from '@fluentui/react-icons';
import type { ReactElement } from 'react';
import type { DrillVerdict } from '#contract';
import { Badge } from '../../components/badges.tsx';
import { useText } from '../../use-text.ts';

const icons: Readonly<Record<DrillVerdict, ReactElement>> = {
  passed: <CheckmarkCircle20Filled className="good" aria-hidden />,
  unclear: <QuestionCircle20Filled className="warn" aria-hidden />,
  failed: <DismissCircle20Filled className="bad" aria-hidden />,
};

export function DrillVerdictBadge({ verdict }: { readonly verdict: DrillVerdict }) {
  const say = useText();
  return <Badge icon={icons[verdict]}>{say(`record.verdict.${verdict}`)}</Badge>;
}
