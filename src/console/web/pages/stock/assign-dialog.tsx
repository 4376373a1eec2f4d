import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { WorkOrder } from '../../../../../schema/wire/api/inventory.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { partTexts } from '../../parts/texts.ts';
import { useIntent } from '../../parts/use-intent.ts';
import { stockTexts } from './texts.ts';

export function AssignDialog({ order, close }: { order: WorkOrder; close: () => void }) {
  const say = useTexts(stockTexts);
  const sayPart = useTexts(partTexts);
  const client = useQueryClient();
  const send = useIntent();
  const [assignee, setAssignee] = useState(order.assignee ?? '');
  const [error, setError] = useState<unknown>(null);
  const assign = async () => {
    try {
      const param = { id: String(order.id) };
      const json = { assignee: assignee.trim() };
      await send((header) => bodyOf(api['work-orders'][':id'].assign.$post({ param, header, json })));
      await client.invalidateQueries({ queryKey: ['work-orders'] });
      close();
    } catch (refusal) {
      setError(refusal);
    }
  };
  return (
    <Modal opened onClose={close} title={say('order.assignTitle', { id: order.id })} centered>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void assign();
        }}
      >
        <Stack>
          <TextInput
            label={say('order.assignee')}
            value={assignee}
            maxLength={80}
            onChange={(event) => setAssignee(event.currentTarget.value)}
            required
            data-autofocus
          />
          {error !== null && <ErrorPanel error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {sayPart('cancel')}
            </Button>
            <Button type="submit" disabled={assignee.trim() === ''}>
              {say('order.assign')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
