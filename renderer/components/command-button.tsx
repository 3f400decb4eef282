import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  DialogTrigger,
} from '@fluentui/react-components';
import { Copy20Regular, WindowConsole20Regular } from '@fluentui/react-icons';
import { useText } from '../use-text.ts';

/** The same by a command line, for scripts and for those who prefer it. */
export function CommandButton({ command }: { readonly command: readonly string[] }) {
  const say = useText();
  const text = command.map((part) => (/^[\w@%+=:,./-]+$/.test(part) ? part : `"${part.replaceAll('"', '\\"')}"`)).join(' ');
  return (
    <Dialog>
      <DialogTrigger disableButtonEnhancement>
        <Button icon={<WindowConsole20Regular />}>{say('command.show')}</Button>
      </DialogTrigger>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{say('command.title')}</DialogTitle>
          <DialogContent>
            <div className="mono command">{text}</div>
          </DialogContent>
          <DialogActions>
            <Button icon={<Copy20Regular />} onClick={() => void navigator.clipboard.writeText(text)}>
              {say('act.copy')}
            </Button>
            <DialogTrigger disableButtonEnhancement>
              <Button appearance="primary">{say('act.done')}</Button>
            </DialogTrigger>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
