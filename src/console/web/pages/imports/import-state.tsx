import {
  type Icon,
  IconAlertTriangle,
  IconCircleCheck,
  IconDownload,
  IconListCheck,
  IconPencil,
  IconPlayerStop,
  IconX,
} from '@tabler/icons-react';
import type { FileImport, ImportState } from '../../../../../schema/wire/api/import.ts';
import { useTexts } from '../../i18n/texts.ts';
import { StateBadge } from '../../parts/state-badge.tsx';
import { importsTexts } from './texts.ts';

const looks: Readonly<Record<ImportState, { color: string; icon: Icon }>> = {
  receiving: { color: 'blue', icon: IconDownload },
  checking: { color: 'blue', icon: IconListCheck },
  applying: { color: 'blue', icon: IconPencil },
  done: { color: 'green', icon: IconCircleCheck },
  rejected: { color: 'red', icon: IconX },
  failed: { color: 'red', icon: IconAlertTriangle },
  cancelled: { color: 'gray', icon: IconPlayerStop },
};

export function ImportStateBadge({ of: { state, dryRun } }: { of: FileImport }) {
  const say = useTexts(importsTexts);
  const words = dryRun ? `${say(`state.${state}`)} · ${say('dry')}` : say(`state.${state}`);
  return <StateBadge {...looks[state]} words={words} value={state} />;
}
