import { Button } from '@fluentui/react-components';
import { Warning20Filled } from '@fluentui/react-icons';
import type { ComponentProps, ReactElement, ReactNode } from 'react';
import { useLocation } from 'wouter';
import { useText } from '../use-text.ts';
import { Badge } from './badges.tsx';
import { Facts } from './facts.tsx';
import { Card } from './page.tsx';

interface ServedCardProps {
  readonly title: string;
  readonly state: { readonly icon: ReactElement; readonly text: string };
  /** What is to be known before anything is done with it. */
  readonly notes?: ReactNode;
  /** What has gone wrong with it. */
  readonly warning?: string | null;
  readonly facts: ComponentProps<typeof Facts>['facts'];
  readonly actions?: ReactNode;
  /** Whose steps tell how it came about. */
  readonly run: string;
  readonly children?: ReactNode;
}

/** Something that is served out of a restore point for as long as somebody needs it: a publication, a VM that runs from it. */
export function ServedCard({ title, state, notes, warning = null, facts, actions, run, children }: ServedCardProps) {
  const say = useText();
  const [, go] = useLocation();
  return (
    <Card title={title} className="column" actions={<Badge icon={state.icon}>{state.text}</Badge>}>
      {notes}
      {warning !== null && (
        <div className="failure warning" role="status">
          <Warning20Filled className="warn" aria-hidden />
          <div className="grow">{warning}</div>
        </div>
      )}
      <Facts facts={facts} />
      {children}
      <div className="actions">
        {actions}
        <Button onClick={() => go(`/runs/${run}`)}>{say('recovery.steps')}</Button>
      </div>
    </Card>
  );
}
