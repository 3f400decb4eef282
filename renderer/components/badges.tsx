import {
  CheckmarkCircle20Filled,
  DismissCircle20Filled,
  ErrorCircle20Filled,
  Info20Regular,
  Record20Filled,
  ShieldCheckmark20Filled,
  ShieldError20Filled,
  SubtractCircle20Regular,
  Warning20Filled,
} from '@fluentui/react-icons';
import type { ReactElement } from 'react';
import type { Consistency, RunState, VmView } from '#contract';
import { agoText, timeText } from '../format/format.ts';
import { useText } from '../use-text.ts';

interface BadgeProps {
  readonly icon: ReactElement;
  readonly children: string;
  readonly title?: string;
}

/** Never by colour alone: a shape and a word say the same. */
export function Badge({ icon, children, title }: BadgeProps) {
  return (
    <span className="badge" title={title}>
      {icon}
      {children}
    </span>
  );
}

const stateIcons: Readonly<Record<RunState, ReactElement>> = {
  running: <Record20Filled className="live" aria-hidden />,
  success: <CheckmarkCircle20Filled className="good" aria-hidden />,
  warning: <Warning20Filled className="warn" aria-hidden />,
  failed: <DismissCircle20Filled className="bad" aria-hidden />,
  cancelled: <SubtractCircle20Regular className="calm" aria-hidden />,
};

export function RunStateIcon({ state }: { readonly state: RunState }) {
  return stateIcons[state];
}

export function RunStateBadge({ state }: { readonly state: RunState }) {
  const say = useText();
  return <Badge icon={stateIcons[state]}>{say(`run.state.${state}`)}</Badge>;
}

const consistencyIcons: Readonly<Record<Consistency, ReactElement>> = {
  application: <CheckmarkCircle20Filled className="good" aria-hidden />,
  'file-system': <Info20Regular className="live" aria-hidden />,
  crash: <Warning20Filled className="warn" aria-hidden />,
};

export function ConsistencyBadge({ consistency }: { readonly consistency: Consistency }) {
  const say = useText();
  return (
    <Badge icon={consistencyIcons[consistency]} title={say(`consistency.${consistency}.why`)}>
      {say(`consistency.${consistency}`)}
    </Badge>
  );
}

const outdatedMs = 2 * 24 * 3_600_000;

export type Protection = 'protected' | 'outdated' | 'unprotected';

export function protectionOf(vm: VmView): Protection {
  if (vm.last === null) return 'unprotected';
  return Date.now() - vm.last.time > outdatedMs ? 'outdated' : 'protected';
}

export function ProtectionBadge({ vm }: { readonly vm: VmView }) {
  const say = useText();
  const protection = protectionOf(vm);
  if (vm.last === null)
    return <Badge icon={<ShieldError20Filled className="bad" aria-hidden />}>{say('protection.unprotected')}</Badge>;
  const icon =
    protection === 'outdated' ? (
      <ErrorCircle20Filled className="warn" aria-hidden />
    ) : (
      <ShieldCheckmark20Filled className="good" aria-hidden />
    );
  return (
    <span className="badge" title={timeText(vm.last.time)}>
      {icon}
      {protection === 'outdated' && <span className="hidden">{say('overview.filter.outdated')}: </span>}
      {agoText(vm.last.time)}
    </span>
  );
}

const verdictIcons = {
  ok: <CheckmarkCircle20Filled className="good" aria-hidden />,
  warning: <Warning20Filled className="warn" aria-hidden />,
  blocking: <DismissCircle20Filled className="bad" aria-hidden />,
} as const;

export function VerdictBadge({ verdict }: { readonly verdict: keyof typeof verdictIcons }) {
  const say = useText();
  return <Badge icon={verdictIcons[verdict]}>{say(`verdict.${verdict}`)}</Badge>;
}
