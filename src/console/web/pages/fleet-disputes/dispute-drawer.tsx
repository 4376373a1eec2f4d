import { Button, Drawer, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { DisputeView } from '../../../../../schema/wire/api/dispute.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useCaller } from '../../app/session.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { useIntent } from '../../parts/use-intent.ts';
import { DisputeState } from '../fleet/states.tsx';
import { CommentForm } from './comment-form.tsx';
import { EvidenceList } from './evidence-list.tsx';
import { ResolveDialog } from './resolve-dialog.tsx';
import { disputesTexts } from './texts.ts';

/** A dispute with its evidence, and what may be done about it. */
export function DisputeDrawer({ id, close }: { id: string; close: () => void }) {
  const say = useTexts(disputesTexts);
  const queries = useQueryClient();
  const { data, error } = useQuery({
    queryKey: ['disputes', 'one', id],
    queryFn: () => bodyOf(api.disputes[':id'].$get({ param: { id }, header: {} })),
  });
  const changed = () => {
    void queries.invalidateQueries({ queryKey: ['disputes'] });
    void queries.invalidateQueries({ queryKey: ['statements'] });
  };
  return (
    <Drawer opened onClose={close} title={say('dispute', { id })} position="right" size="lg">
      {error && <ErrorPanel error={error} />}
      {!data && !error && <PageSkeleton rows={3} />}
      {data && (
        <Stack>
          <Facts dispute={data} />
          {data.state === 'open' && <Acts dispute={data} changed={changed} />}
          <Title order={3} size="h5">
            {say('evidence')}
          </Title>
          {data.state === 'open' && <CommentForm id={id} changed={changed} />}
          <EvidenceList id={id} />
        </Stack>
      )}
    </Drawer>
  );
}

function Facts({ dispute }: { dispute: DisputeView }) {
  const say = useTexts(disputesTexts);
  const formats = useFormats();
  const { reason, openedBy, openedAt, resolution, resolvedBy, resolvedAt, creditFen, note, disputedFen } = dispute;
  return (
    <Stack gap={4}>
      <DisputeState dispute={dispute} />
      <Text size="sm">{`${dispute.statement ?? dispute.swap} · ${formats.money(disputedFen)}`}</Text>
      <Text size="sm">{say('said', { reason })}</Text>
      <Text size="xs" c="dimmed">
        {say('byAt', { by: openedBy, at: formats.dayAndTime(openedAt) })}
      </Text>
      {resolution !== null && (
        <>
          <Text size="sm">{say('answered', { text: resolution })}</Text>
          <Text size="xs" c="dimmed">
            {say('byAt', { by: resolvedBy ?? '–', at: formats.dayAndTime(resolvedAt) })}
          </Text>
        </>
      )}
      {note !== null && <Text size="sm">{say('credited', { sum: formats.money(creditFen), note })}</Text>}
    </Stack>
  );
}

function Acts({ dispute, changed }: { dispute: DisputeView; changed: () => void }) {
  const say = useTexts(disputesTexts);
  const { role } = useCaller();
  const [wish, setWish] = useState<'withdraw' | 'resolve' | null>(null);
  const send = useIntent();
  const close = () => {
    setWish(null);
    changed();
  };
  return (
    <Group>
      <Button size="xs" variant="default" onClick={() => setWish('withdraw')}>
        {say('withdraw')}
      </Button>
      {role !== 'fleet' && (
        <Button size="xs" onClick={() => setWish('resolve')}>
          {say('resolve')}
        </Button>
      )}
      {wish === 'withdraw' && (
        <ReasonDialog
          title={say('withdraw')}
          consequence={say('withdrawAbout')}
          confirm={say('withdraw')}
          act={(reason) =>
            send((header) =>
              bodyOf(api.disputes[':id'].withdraw.$post({ param: { id: dispute.id }, header, json: { reason } })),
            )
          }
          close={close}
        />
      )}
      {wish === 'resolve' && <ResolveDialog dispute={dispute} close={close} />}
    </Group>
  );
}
