import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { WorkOrder } from '../../../../../schema/wire/api/inventory.ts';
import { newIdempotencyKey } from '../../../../client/client.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { partTexts } from '../../parts/texts.ts';
import { stockTexts } from './texts.ts';

export function AssignDialog({ order, close }: { order: WorkOrder; close: () => void }) {
  const say = useTexts(stockTexts);
  const sayPart = useTexts(partTexts);
  const client = useQueryClient();
  const [intent] = useState(newIdempotencyKey);
  const [assignee, setAssignee] = useState(order.assignee ?? '');
  const [error, setError] = useState<unknown>(null);
  const assign = async () => {
    try {
      await bodyOf(
        api['work-orders'][':id'].assign.$post({
          param: { id: String(order.id) },
          header: { 'idempotency-key': intent },
          json: { assignee: assignee.trim() },
        }),
      );
      await client.invalidateQueries({ queryKey: ['work-orders'] });
      close();
    } catch (refusal) {
      setError(refusal);
    }
  };
  return (
    <Modal
      opened
      onClose={close}
      closeButtonProps={{ 'aria-label': sayPart('cancel') }}
      title={say('order.assignTitle', { id: order.id })}
      centered
    >
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
