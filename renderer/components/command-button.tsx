import { Button } from '@fluentui/react-components';
import { WindowConsole20Regular } from '@fluentui/react-icons';
import { useState } from 'react';
import { useText } from '../use-text.ts';
import { CopyButton } from './copy-button.tsx';
import { Dialog } from './dialog.tsx';

/** The same by a command line, for scripts and for those who prefer it. */
export function CommandButton({ command }: { readonly command: readonly string[] }) {
  const say = useText();
  const text = command.map((part) => (/^[\w@%+=:,./-]+$/.test(part) ? part : `"${part.replaceAll('"', '\\"')}"`)).join(' ');
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon={<WindowConsole20Regular />} onClick={() => setOpen(true)}>
        {say('command.show')}
      </Button>
      {open && <CommandDialog text={text} onClose={() => setOpen(false)} />}
    </>
  );
}

function CommandDialog({ text, onClose }: { readonly text: string; onClose(): void }) {
  const say = useText();
  const actions = (
    <>
      <CopyButton text={text} />
      <Button appearance="primary" onClick={onClose}>
        {say('act.done')}
      </Button>
    </>
  );
  return (
    <Dialog title={say('command.title')} actions={actions} onClose={onClose}>
      <div className="mono command">{text}</div>
    </Dialog>
  );
}
