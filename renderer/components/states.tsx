/** What is shown instead of data: while it loads, when there is none, when it failed. */
import { Button, Skeleton, SkeletonItem } from '@fluentui/react-components';
import { DismissCircle24Regular, PlugDisconnected24Regular, Warning24Regular } from '@fluentui/react-icons';
import type { ReactElement, ReactNode } from 'react';
import type { ErrorView } from '#contract';
import { failureOf } from '../api.ts';
import { useText } from '../use-text.ts';
import { useErrorText } from './error-text.ts';

export function Loading({ rows = 4 }: { readonly rows?: number }) {
  const say = useText();
  return (
    <Skeleton aria-label={say('state.loading')} className="column">
      {Array.from({ length: rows }, (_, index) => (
        <SkeletonItem key={index} size={28} />
      ))}
    </Skeleton>
  );
}

interface EmptyProps {
  readonly icon: ReactElement;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

export function Empty({ icon, title, children, action }: EmptyProps) {
  return (
    <div className="empty">
      {icon}
      <h2>{title}</h2>
      {children !== undefined && <p>{children}</p>}
      {action}
    </div>
  );
}

interface FailureProps {
  readonly error: unknown;
  readonly retry?: (() => void) | undefined;
}

/** Anything that a question or an act threw. */
export function Failure({ error, retry }: FailureProps) {
  const say = useText();
  const { unreachable, view } = failureOf(error);
  if (unreachable) return <Unreachable retry={retry} />;
  return <ErrorCard error={view} action={retry && <Button onClick={retry}>{say('state.retry')}</Button>} />;
}

/** The console itself does not answer. */
export function Unreachable({ retry }: Pick<FailureProps, 'retry'>) {
  const say = useText();
  return (
    <div className="failure" role="alert">
      <PlugDisconnected24Regular className="bad" aria-hidden />
      <div className="grow">
        <strong>{say('state.unreachable')}</strong>
        <p>{say('state.unreachable.remedy')}</p>
      </div>
      {retry && <Button onClick={retry}>{say('state.retry')}</Button>}
    </div>
  );
}

interface ErrorCardProps {
  readonly error: ErrorView;
  readonly action?: ReactNode;
  readonly warning?: boolean;
  /** For what has been there since the page opened: it must not interrupt a screen reader. */
  readonly quiet?: boolean;
}

/** What went wrong and what to do about it. */
export function ErrorCard({ error, action, warning = false, quiet = false }: ErrorCardProps) {
  const { says, facts, remedy } = useErrorText(error);
  const Icon = warning ? Warning24Regular : DismissCircle24Regular;
  return (
    <div className={`failure ${warning ? 'warning' : ''}`} role={quiet ? undefined : 'alert'}>
      <Icon className={warning ? 'warn' : 'bad'} aria-hidden />
      <div className="grow">
        <strong>{says}</strong>
        {facts !== '' && <p className="small muted">{facts}</p>}
        <p>{remedy}</p>
        <p className="small muted mono">{error.code}</p>
      </div>
      {action}
    </div>
  );
}
