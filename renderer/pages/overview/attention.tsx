import { Button } from '@fluentui/react-components';
import {
  CheckmarkCircle24Regular,
  Key24Regular,
  PlugDisconnected24Regular,
  ShieldError24Regular,
  Warning24Regular,
  DismissCircle24Regular,
} from '@fluentui/react-icons';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import type { AttentionView } from '#contract';
import { errorText } from '#contract/errors-de';
import { agoText } from '../../format/format.ts';
import { useText } from '../../use-text.ts';

const icons: Readonly<Record<AttentionView['kind'], ReactElement>> = {
  'run-failed': <DismissCircle24Regular className="bad" aria-hidden />,
  'run-warning': <Warning24Regular className="warn" aria-hidden />,
  'host-error': <PlugDisconnected24Regular className="bad" aria-hidden />,
  unprotected: <ShieldError24Regular className="bad" aria-hidden />,
  outdated: <ShieldError24Regular className="warn" aria-hidden />,
  'key-unconfirmed': <Key24Regular className="warn" aria-hidden />,
  'repository-unchecked': <Warning24Regular className="warn" aria-hidden />,
};

function placeOf({ kind, target }: AttentionView): string {
  if (kind === 'run-failed' || kind === 'run-warning') return `/runs/${target}`;
  if (kind === 'host-error') return '/hosts';
  if (kind === 'unprotected' || kind === 'outdated') return '/protect';
  return '/repositories';
}

/** What needs a hand, each with its one next step. */
export function Attention({ items }: { readonly items: readonly AttentionView[] }) {
  const say = useText();
  const { i18n } = useTranslation();
  const [, go] = useLocation();
  if (items.length === 0)
    return (
      <div className="row">
        <CheckmarkCircle24Regular className="good" aria-hidden />
        {say('attention.none')}
      </div>
    );
  return (
    <ul className="list">
      {items.map((item) => {
        const text = item.error === null ? null : errorText(item.error, i18n.language);
        return (
          <li key={`${item.kind} ${item.target} ${item.subject}`} className="item">
            {icons[item.kind]}
            <div className="grow">
              <div className="strong">{say(`attention.${item.kind}`, { subject: item.subject, count: item.count })}</div>
              <div className="small muted">
                {text?.says ??
                  (item.kind === 'unprotected' || item.kind === 'outdated' ? item.subject : say(`attention.${item.kind}.why`))}
                {item.at !== null && ` \u2013 ${agoText(item.at)}`}
              </div>
            </div>
            <Button
              size="small"
              onClick={() => go(placeOf(item))}
              aria-label={`${say(`attention.${item.kind}.do`)}: ${item.subject}`}
            >
              {say(`attention.${item.kind}.do`)}
            </Button>
          </li>
        );
      })}
    </ul>
  );
}
