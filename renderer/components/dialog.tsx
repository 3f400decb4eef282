import {
  Dialog as PlainDialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from '@fluentui/react-components';
import { useEffect, useState, type FormEvent, type ReactNode } from 'react';

interface DialogProps {
  readonly title: string;
  readonly children: ReactNode;
  /** Its buttons, the deed last. */
  readonly actions: ReactNode;
  /** Asks for a decision: a click beside it does not close it. */
  readonly isAlert?: boolean;
  /** Pixels. */
  readonly maxWidth?: number;
  readonly height?: number;
  /** Makes it a form, which Enter sends. */
  onSubmit?(): void;
  /** By Escape, or by a click beside it. Without it there is no way out but its buttons. */
  onClose?(): void;
}

/** A dialogue that is there for as long as it is open, and gives the focus back to whatever opened it. */
export function Dialog({ title, children, actions, isAlert = false, maxWidth, height, onSubmit, onClose }: DialogProps) {
  useFocusBack();
  const body = (
    <DialogBody>
      <DialogTitle>{title}</DialogTitle>
      <DialogContent className="column" style={{ height }}>
        {children}
      </DialogContent>
      <DialogActions>{actions}</DialogActions>
    </DialogBody>
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    // A dialogue within another is a form of its own, though the page thinks of it as within the other.
    event.stopPropagation();
    onSubmit?.();
  };
  return (
    <PlainDialog open modalType={isAlert ? 'alert' : 'modal'} onOpenChange={(_event, { open }) => !open && onClose?.()}>
      <DialogSurface style={{ maxWidth }}>{onSubmit === undefined ? body : <form onSubmit={submit}>{body}</form>}</DialogSurface>
    </PlainDialog>
  );
}

function useFocusBack(): void {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      // What it led to may have taken the focus already.
      setTimeout(() => {
        const { activeElement } = document;
        if (before instanceof HTMLElement && (activeElement === null || activeElement === document.body)) before.focus();
      });
    },
    [before],
  );
}
