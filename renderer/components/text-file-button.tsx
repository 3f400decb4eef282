import { Button } from '@fluentui/react-components';
import { useRef, type ComponentProps, type ReactNode } from 'react';

/** Picks a JSON file of this computer and hands over its text. `label` names the field that a reader of screens, and a test, finds. */
export function TextFileButton({
  label,
  icon,
  disabled,
  onText,
  children,
}: {
  readonly label: string;
  readonly icon: ComponentProps<typeof Button>['icon'];
  readonly disabled: boolean;
  onText(text: string): void;
  readonly children: ReactNode;
}) {
  const file = useRef<HTMLInputElement>(null);
  const read = async (): Promise<void> => {
    const [picked] = file.current?.files ?? [];
    if (picked !== undefined) onText(await picked.text());
    // The same file can be picked again.
    if (file.current !== null) file.current.value = '';
  };
  return (
    <>
      <Button icon={icon} disabled={disabled} onClick={() => file.current?.click()}>
        {children}
      </Button>
      <input ref={file} type="file" accept=".json,application/json" hidden aria-label={label} onChange={() => void read()} />
    </>
  );
}
