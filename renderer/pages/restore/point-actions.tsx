import { Button, Field, Input } from '@fluentui/react-components';
import { DataTrending20Regular, Delete20Regular, Pin20Filled, Pin20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { PointView } from '#contract';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { timeText } from '../../format/format.ts';
import { queries } from '../../queries.ts';
import { useText } from '../../use-text.ts';

/** What a restore point holds that is new, keeping it whatever any policy says, and letting it go. */
export function PointActions({ point }: { readonly point: PointView }) {
  const say = useText();
  const [, go] = useLocation();
  const place = { repository: point.repository, point: point.id };
  const marks = useQuery(queries.marks(point.repository));
  const pin = marks.data?.pins.find((one) => one.point === point.id);
  const [pinning, setPinning] = useState(false);
  const [forgetting, setForgetting] = useState(false);
  const unpin = useAct(() => api.marks.pin.mutate({ ...place, pinned: false, why: '' }));
  const forget = useAct(() => api.points.forget.mutate(place), {
    onDone: () => go(`/restore?vm=${encodeURIComponent(point.vm)}`),
  });
  return (
    <div className="row wrap">
      <Button icon={<DataTrending20Regular />} onClick={() => go(`/restore/${point.repository}/${point.id}/big`)}>
        {say('big.ask')}
      </Button>
      {pin === undefined ? (
        <Button icon={<Pin20Regular />} disabled={marks.data === undefined} onClick={() => setPinning(true)}>
          {say('point.pin')}
        </Button>
      ) : (
        <>
          <span className="badge" title={timeText(pin.at)}>
            <Pin20Filled aria-hidden />
            {pin.why === '' ? say('point.pinned') : say('point.pinned.why', { why: pin.why })}
          </span>
          <Button disabled={unpin.isPending} onClick={() => unpin.mutate(undefined)}>
            {say('point.unpin')}
          </Button>
        </>
      )}
      <Button icon={<Delete20Regular />} disabled={pin !== undefined || forget.isPending} onClick={() => setForgetting(true)}>
        {say('point.forget')}
      </Button>
      {forgetting && (
        <ForgetDialog
          point={point}
          onClose={(sure) => {
            setForgetting(false);
            if (sure) forget.mutate(undefined);
          }}
        />
      )}
      {pinning && <PinDialog place={place} onClose={() => setPinning(false)} />}
    </div>
  );
}

/** Says what is lost, from when on, and how it comes back until then. */
function ForgetDialog({ point, onClose }: { readonly point: PointView; onClose(sure: boolean): void }) {
  const say = useText();
  const session = useQuery(queries.session);
  const { vm, time } = point;
  return (
    <ConfirmDialog title={say('point.forget.title')} deed={say('point.forget')} onClose={onClose}>
      {say('point.forget.lead', { vm, time: timeText(time), days: session.data?.graceDays ?? '\u2026' })}
    </ConfirmDialog>
  );
}

interface PinDialogProps {
  readonly place: { readonly repository: string; readonly point: string };
  onClose(): void;
}

function PinDialog({ place, onClose }: PinDialogProps) {
  const say = useText();
  const [why, setWhy] = useState('');
  const pin = useAct(() => api.marks.pin.mutate({ ...place, pinned: true, why }), { silent: true, onDone: onClose });
  return (
    <FormDialog
      title={say('point.pin')}
      deed={say('point.pin')}
      isComplete
      isBusy={pin.isPending}
      error={pin.error}
      onSubmit={() => pin.mutate(undefined)}
      onClose={onClose}
    >
      <div>{say('point.pin.lead')}</div>
      <Field label={say('point.pin.why')}>
        <Input value={why} maxLength={200} onChange={(_event, { value }) => setWhy(value)} />
      </Field>
    </FormDialog>
  );
}
