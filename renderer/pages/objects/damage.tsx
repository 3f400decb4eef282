import { Warning20Filled } from '@fluentui/react-icons';
import { useTranslation } from 'react-i18next';
import type { DamageView } from '#contract';
import { codeSays } from '#contract/errors-de';
import { useText } from '../../use-text.ts';

/** What of an object could not be read, beside what could. */
export function Damage({ damage }: { readonly damage: readonly DamageView[] }) {
  const say = useText();
  const { i18n } = useTranslation();
  const [first] = damage;
  if (first === undefined) return null;
  return (
    <div className="failure warning" role="status">
      <Warning20Filled className="warn" aria-hidden />
      <div className="grow">
        {say('damage', { count: damage.length, reason: codeSays(first.code, first.reason, i18n.language) })}
      </div>
    </div>
  );
}
