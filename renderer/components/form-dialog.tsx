import { Button } from '@fluentui/react-components';
import { useEffect, useRef, type ReactNode } from 'react';
import { useText } from '../use-text.ts';
import { Dialog } from './dialog.tsx';
import { Failure } from './states.tsx';

interface FormDialogProps {
  readonly title: string;
  /** Its fields. */
  readonly children: ReactNode;
  /** What its button does, or is doing; null where the form has a button of its own, or nothing is left to do. */
  readonly deed: string | null;
  /** Buttons before the two that every form has. */
  readonly further?: ReactNode;
  /** What closes it: giving up, unless what it does needs no end. */
  readonly closes?: 'act.cancel' | 'act.done';
  readonly isComplete: boolean;
  /** Nothing is sent twice, by Enter neither. */
  readonly isBusy: boolean;
  /** Why it did not work. */
  readonly error: Error | null;
  onSubmit(): void;
  onClose(): void;
}

/** A dialogue with fields: Enter sends it, Escape gives up, and the first field has the focus. */
export function FormDialog(props: FormDialogProps) {
  const { title, children, deed, further, isComplete, isBusy, error, onSubmit, onClose } = props;
  const say = useText();
  const fields = useRef<HTMLDivElement>(null);
  // The dialogue itself takes what can be reached first, which may be a button.
  useEffect(() => fields.current?.querySelector<HTMLElement>('input, textarea')?.focus(), []);
  const close = useRef<HTMLButtonElement>(null);
  const isOver = deed === null;
  const wasOver = useRef(isOver);
  useEffect(() => {
    // The button that had the focus is gone.
    if (isOver && !wasOver.current) close.current?.focus();
    wasOver.current = isOver;
  }, [isOver]);
  const actions = (
    <>
      {further}
      <Button ref={close} onClick={onClose}>
        {say(props.closes ?? (isOver ? 'act.done' : 'act.cancel'))}
      </Button>
      {!isOver && (
        // One that is disabled while it works would lose the focus.
        <Button appearance="primary" type="submit" disabled={!isComplete} disabledFocusable={isBusy}>
          {deed}
        </Button>
      )}
    </>
  );
  return (
    <Dialog title={title} actions={actions} onSubmit={() => isComplete && !isBusy && onSubmit()} onClose={onClose}>
      <div ref={fields} className="column">
        {children}
        {error !== null && <Failure error={error} />}
      </div>
    </Dialog>
  );
}
