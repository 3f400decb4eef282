import { DismissCircle20Filled, ErrorCircle20Filled, Info20Regular, Warning20Filled } from '@fluentui/react-icons';
import type { ReactElement } from 'react';
import { Badge } from '../../components/badges.tsx';
import { useText } from '../../use-text.ts';

const icons: readonly ReactElement[] = [
  <Info20Regular key={0} className="live" aria-hidden />,
  <DismissCircle20Filled key={1} className="bad" aria-hidden />,
  <ErrorCircle20Filled key={2} className="bad" aria-hidden />,
  <Warning20Filled key={3} className="warn" aria-hidden />,
  <Info20Regular key={4} className="live" aria-hidden />,
  <Info20Regular key={5} className="calm" aria-hidden />,
];

/** Levels beyond the six are a provider's own, and told as information. */
export function levelOf(level: number | null): 0 | 1 | 2 | 3 | 4 | 5 {
  return level === 1 || level === 2 || level === 3 || level === 4 || level === 5 ? level : 0;
}

export function EventLevelBadge({ level }: { readonly level: number | null }) {
  const say = useText();
  const known = levelOf(level);
  return <Badge icon={icons[known]!}>{say(`events.level.${known}`)}</Badge>;
}
