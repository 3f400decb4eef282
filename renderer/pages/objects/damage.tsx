import { Warning20Filled } from '@fluentui/react-icons';
import type { DamageView } from '#contract';
import { useText } from '../../use-text.ts';

/** What of an object could not be read, beside what could. */
export function Damage({ damage }: { readonly damage: readonly DamageView[] }) {
  const say = useText();
  const [first] = damage;
  if (first === undefined) return null;
  return (
    <div className="failure warning" role="status">
      <Warning20Filled className="warn" aria-hidden />
      <div className="grow">{say('damage', { count: damage.length, reason: first.reason })}</div>
    </div>
  );
}
