import { Button, type ButtonProps } from '@fluentui/react-components';
import { Checkmark20Regular, Copy20Regular, Warning20Regular } from '@fluentui/react-icons';
import { useEffect, useState } from 'react';
import { useText } from '../use-text.ts';

interface CopyButtonProps extends Pick<ButtonProps, 'size' | 'appearance'> {
  readonly text: string;
  /** Where the button has no words of its own: what it copies. */
  readonly label?: string;
}

type Outcome = 'copied' | 'not-copied';

const toldMs = 3_000;
const icons = {
  copied: <Checkmark20Regular className="good" />,
  'not-copied': <Warning20Regular className="warn" />,
  copy: <Copy20Regular />,
} as const;

/** Copies, and says for a moment whether it did: a browser may refuse. */
export function CopyButton({ text, label, ...look }: CopyButtonProps) {
  const say = useText();
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  useEffect(() => {
    const timer = outcome === null ? undefined : setTimeout(() => setOutcome(null), toldMs);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = (): Promise<void> =>
    navigator.clipboard.writeText(text).then(
      () => setOutcome('copied'),
      () => setOutcome('not-copied'),
    );
  return (
    <>
      <Button {...look} icon={icons[outcome ?? 'copy']} aria-label={label} onClick={() => void copy()}>
        {label === undefined ? say(`act.${outcome ?? 'copy'}`) : undefined}
      </Button>
      <span className={label !== undefined && outcome !== null ? 'small muted' : 'hidden'} role="status">
        {outcome === null ? '' : say(`act.${outcome}`)}
      </span>
    </>
  );
}
