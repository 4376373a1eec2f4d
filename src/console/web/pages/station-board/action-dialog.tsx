import { Checkbox } from '@mantine/core';
import { useState } from 'react';
import type { ActionBody, BayActionName } from '../../../../../schema/wire/api/action.ts';
import type { Bay } from '../../../../../schema/wire/api/station.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { useIntent } from '../../parts/use-intent.ts';
import { actionLooks } from './bay-actions.tsx';
import type { Delivery } from './deliveries.ts';
import { IsolateField } from './isolate-field.tsx';
import { ResolveFields } from './resolve-fields.tsx';
import { boardTexts } from './texts.ts';

/** What a person wants of a bay; `pack` where it was chosen elsewhere. */
export interface Wish {
  bay: Bay;
  action: BayActionName;
  pack?: string;
}

type Resolution = NonNullable<ActionBody['resolution']>;

interface ActionDialogProps {
  wish: Wish;
  deliver: (delivery: Delivery) => void;
  close: () => void;
}

/** Why, and what else the action needs; then its way to the station is followed. */
export function ActionDialog({ wish: { bay, action, pack: chosen }, deliver, close }: ActionDialogProps) {
  const say = useTexts(boardTexts);
  const intent = useIntent();
  const [clear, setClear] = useState(false);
  const [pack, setPack] = useState<string | null>(chosen ?? null);
  const [resolution, setResolution] = useState<Resolution | null>(null);
  const { moves } = actionLooks[action];
  const name = say(`action.name.${action}`);
  const complete =
    (!moves || clear) && (action !== 'isolate-pack' || pack !== null) && (action !== 'resolve' || resolution !== null);
  const act = async (reason: string) => {
    const json = {
      action,
      reason,
      ...(action === 'isolate-pack' && pack !== null ? { pack } : {}),
      ...(action === 'resolve' && resolution !== null ? { resolution } : {}),
    };
    const param = { id: bay.station, bay: bay.bay };
    const command = await intent((header) =>
      bodyOf(api.stations[':id'].bays[':bay'].actions.$post({ param, header, json })),
    );
    deliver({ action: name, command });
  };
  return (
    <ReasonDialog
      title={say('action.title', { action: name, n: bay.bay })}
      consequence={say(`action.about.${action}`)}
      confirm={name}
      dangerous={moves || action === 'resolve'}
      complete={complete}
      act={act}
      close={close}
    >
      {action === 'isolate-pack' && <IsolateField bay={bay} pack={pack} choose={setPack} />}
      {action === 'resolve' && <ResolveFields bay={bay} fill={setResolution} />}
      {moves && (
        <Checkbox
          label={say('action.clear')}
          checked={clear}
          onChange={(event) => setClear(event.currentTarget.checked)}
        />
      )}
    </ReasonDialog>
  );
}
