import { Button } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Card, Page } from '../components/page.tsx';
import { Failure, Loading } from '../components/states.tsx';
import { Stepper } from '../components/stepper.tsx';
import { queries } from '../queries.ts';
import { useText } from '../use-text.ts';
import { CheckStep } from './first-run/check-step.tsx';
import { ChooseStep } from './first-run/choose-step.tsx';
import { HostStep } from './first-run/host-step.tsx';
import { RepositoryStep } from './first-run/repository-step.tsx';
import { RunStep } from './first-run/run-step.tsx';

/** From nothing to a protected VM, with a sensible default everywhere. */
export function FirstRun() {
  const say = useText();
  const vms = useQuery(queries.vms);
  const repositories = useQuery(queries.repositories);
  const [step, setStep] = useState(0);
  const [chosen, setChosen] = useState<ReadonlySet<string> | null>(null);
  const [host, setHost] = useState<string | null>(null);
  const steps = [say('first.host'), say('first.check'), say('first.repository'), say('protect.vms'), say('first.run')];
  const error = vms.error ?? repositories.error;
  const next = (): void => setStep((at) => at + 1);
  if (vms.data === undefined || repositories.data === undefined)
    return <Page title={say('first.title')}>{error === null ? <Loading /> : <Failure error={error} />}</Page>;
  const present = vms.data.filter((vm) => vm.state !== 'gone' && (host === null || vm.host === host));
  const picked = chosen ?? new Set(present.map((vm) => vm.id));
  const wanted = present.filter((vm) => picked.has(vm.id));
  return (
    <Page title={say('first.title')} lead={say('first.lead')}>
      <Stepper label={say('first.title')} steps={steps} current={step} />
      <Card key={step} title={steps[step]} className="column" takesFocus={step > 0}>
        {step === 0 && (
          <HostStep
            onDone={(name) => {
              setHost(name);
              next();
            }}
          />
        )}
        {step === 1 && host !== null && <CheckStep host={host} onDone={next} />}
        {step === 2 && <RepositoryStep repositories={repositories.data} onDone={next} />}
        {step === 3 && <ChooseStep vms={present} picked={picked} onPick={setChosen} onDone={next} />}
        {step === 4 && <RunStep vms={wanted} here={present} repositories={repositories.data} />}
        {step > 0 && (
          <div>
            <Button appearance="subtle" onClick={() => setStep(step - 1)}>
              {say('act.back')}
            </Button>
          </div>
        )}
      </Card>
    </Page>
  );
}
