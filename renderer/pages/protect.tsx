import { Button } from '@fluentui/react-components';
import { Shield48Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import { Card, Page } from '../components/page.tsx';
import { Empty, Failure, Loading } from '../components/states.tsx';
import { queries } from '../queries.ts';
import { useText } from '../use-text.ts';
import { BackupForm } from './protect/backup-form.tsx';
import { GuestAccountButton } from './protect/guest-account.tsx';
import { TagsButton } from './protect/vm-tags.tsx';
import { VmPicker } from './protect/vm-picker.tsx';

/** Which VMs, how, and where to. */
export function Protect() {
  const say = useText();
  const [, go] = useLocation();
  const vms = useQuery(queries.vms);
  const repositories = useQuery(queries.repositories);
  const asked = new URLSearchParams(useSearch()).get('vm');
  const [picked, setPicked] = useState<ReadonlySet<string>>(() => new Set(asked === null ? [] : [asked]));
  const error = vms.error ?? repositories.error;
  if (vms.data === undefined || repositories.data === undefined)
    return (
      <Page title={say('protect.title')}>
        {error === null ? <Loading rows={8} /> : <Failure error={error} retry={() => void vms.refetch()} />}
      </Page>
    );
  const present = vms.data.filter((vm) => vm.state !== 'gone');
  const chosen = present.filter((vm) => picked.has(vm.id));
  if (present.length === 0 || repositories.data.length === 0)
    return (
      <Page title={say('protect.title')}>
        <Card className="grow column">
          <Empty
            icon={<Shield48Regular aria-hidden />}
            title={say('protect.empty')}
            action={
              <Button appearance="primary" onClick={() => go('/first-run')}>
                {say('overview.begin')}
              </Button>
            }
          >
            {say('protect.empty.lead')}
          </Empty>
        </Card>
      </Page>
    );
  return (
    <Page title={say('protect.title')} lead={say('protect.lead')}>
      <div className="split fill">
        <Card
          className="column"
          title={say('protect.vms')}
          actions={
            <div className="actions">
              <GuestAccountButton vms={chosen} />
              <TagsButton vms={chosen} />
            </div>
          }
        >
          <VmPicker vms={present} picked={picked} onPick={setPicked} />
        </Card>
        <Card className="column" title={say('protect.how')}>
          <BackupForm vms={chosen} here={present} repositories={repositories.data} />
        </Card>
      </div>
    </Page>
  );
}
