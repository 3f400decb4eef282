import { Button } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useText } from '../use-text.ts';
import { Dialog } from './dialog.tsx';

interface ConfirmDialogProps {
  readonly title: string;
  /** What will be, and whether it can be taken back. */
  readonly children: ReactNode;
  /** The deed itself, as its button says it. */
  readonly deed: string;
  onClose(sure: boolean): void;
}

/** Asks before something is done that cannot be taken back. */
export function ConfirmDialog({ title, children, deed, onClose }: ConfirmDialogProps) {
  const say = useText();
  const actions = (
    <>
      <Button onClick={() => onClose(false)}>{say('act.cancel')}</Button>
      <Button appearance="primary" onClick={() => onClose(true)}>
        {deed}
      </Button>
    </>
  );
  return (
    <Dialog title={title} actions={actions} isAlert onClose={() => onClose(false)}>
      {children}
    </Dialog>
  );
}
