import { Button } from '@fluentui/react-components';
import { Copy20Regular } from '@fluentui/react-icons';

/** Puts a text into the clipboard; its label says which. */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <Button
      appearance="subtle"
      size="small"
      icon={<Copy20Regular />}
      aria-label={label}
      title={label}
      onClick={() => void navigator.clipboard.writeText(text)}
    />
  );
}
