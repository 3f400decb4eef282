import { Button, Popover, PopoverSurface, PopoverTrigger } from '@fluentui/react-components';
import { Copy20Regular, WindowConsole20Regular } from '@fluentui/react-icons';
import { useText } from '../use-text.ts';

/** The same by a command line, for scripts and for those who prefer it. */
export function CommandButton({ command }: { readonly command: readonly string[] }) {
  const say = useText();
  const text = command.map((part) => (/^[\w@%+=:,./-]+$/.test(part) ? part : `"${part.replaceAll('"', '\\"')}"`)).join(' ');
  return (
    <Popover withArrow trapFocus>
      <PopoverTrigger disableButtonEnhancement>
        <Button icon={<WindowConsole20Regular />}>{say('command.show')}</Button>
      </PopoverTrigger>
      <PopoverSurface style={{ maxWidth: 460 }} aria-label={say('command.show')}>
        <div className="column">
          <div className="mono">{text}</div>
          <Button size="small" icon={<Copy20Regular />} onClick={() => void navigator.clipboard.writeText(text)}>
            {say('act.copy')}
          </Button>
        </div>
      </PopoverSurface>
    </Popover>
  );
}
