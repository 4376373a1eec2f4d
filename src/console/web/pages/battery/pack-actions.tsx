import { Button, Group, Text } from '@mantine/core';
import {
  type Icon,
  IconAlertTriangle,
  IconArrowBackUp,
  IconArrowsMove,
  IconDoorExit,
  IconMoonStars,
} from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Battery } from '../../../../../schema/wire/api/battery.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useCaller } from '../../app/session.ts';
import { useTexts } from '../../i18n/texts.ts';
import type { PackStatus } from '../../parts/pack-status.tsx';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { useAsset } from './data.ts';
import { MoveDialog } from './move-dialog.tsx';
import { hindranceOf, statusesFor, targetsFor } from './pack-rules.ts';
import { batteryTexts } from './texts.ts';

type ByHand = 'quarantined' | 'resting' | 'inService' | 'retired';

const pictures: Readonly<Record<ByHand, Icon>> = {
  quarantined: IconAlertTriangle,
  resting: IconMoonStars,
  inService: IconArrowBackUp,
  retired: IconDoorExit,
};
const isByHand = (status: PackStatus): status is ByHand => status in pictures;

interface PackActionsProps {
  pack: Battery;
  etag: string | null;
}

/** What the role may do, and the rules allow now. */
export function PackActions({ pack, etag }: PackActionsProps) {
  const say = useTexts(batteryTexts);
  const { role } = useCaller();
  const asset = useAsset(pack.code, pack.status === 'secondLife');
  const [wish, setWish] = useState<'move' | ByHand | null>(null);
  const statuses = statusesFor(role, pack.status).filter(isByHand);
  const targets = targetsFor(role, pack.status);
  if (statuses.length === 0 && targets.length === 0) return null;
  const hindrance = hindranceOf({ pack, assetState: asset?.state ?? null });
  if (hindrance !== null) {
    const why = say(`action.${hindrance}`, { holder: pack.reservedBy ?? '', asset: asset?.code ?? '' });
    return (
      <Text size="sm" c="dimmed">
        {say('action.none', { why })}
      </Text>
    );
  }
  return (
    <Group gap="xs" role="group" aria-label={say('action.label')}>
      {targets.length > 0 && (
        <Button
          variant="default"
          leftSection={<IconArrowsMove size={16} aria-hidden />}
          onClick={() => setWish('move')}
        >
          {say('action.move')}
        </Button>
      )}
      {statuses.map((status) => {
        const Picture = pictures[status];
        return (
          <Button
            key={status}
            variant="default"
            leftSection={<Picture size={16} aria-hidden />}
            onClick={() => setWish(status)}
          >
            {say(`action.${status}`)}
          </Button>
        );
      })}
      {wish === 'move' && <MoveDialog pack={pack} targets={targets} close={() => setWish(null)} />}
      {wish !== null && wish !== 'move' && (
        <StatusDialog pack={pack} etag={etag} status={wish} close={() => setWish(null)} />
      )}
    </Group>
  );
}

function StatusDialog({ pack, etag, status, close }: PackActionsProps & { status: ByHand; close: () => void }) {
  const say = useTexts(batteryTexts);
  const client = useQueryClient();
  // As it was when the dialog was opened: what has changed meanwhile is told, not written over.
  const [edition] = useState(etag);
  const act = async (reason: string) => {
    const change = api.batteries[':code'].$patch({
      param: { code: pack.code },
      header: { 'if-match': edition ?? '' },
      json: { status, reason },
    });
    await bodyOf(change);
    await client.invalidateQueries({ queryKey: ['batteries'] });
  };
  return (
    <ReasonDialog
      title={say(`title.${status}`)}
      consequence={say(`about.${status}`)}
      confirm={say(`action.${status}`)}
      dangerous={status === 'retired'}
      act={act}
      close={close}
    />
  );
}
