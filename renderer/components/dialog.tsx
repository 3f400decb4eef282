import { Dialog as PlainDialog, type DialogProps } from '@fluentui/react-components';
import { useEffect, useState } from 'react';

/** A dialogue that is there for as long as it is open, and gives the focus back to whatever opened it. */
export function Dialog(props: Omit<DialogProps, 'open'>) {
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
  return <PlainDialog {...props} open />;
}
