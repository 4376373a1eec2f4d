import { IconRecycle, IconStar } from '@tabler/icons-react';
import type { Grade } from '../../../../schema/wire/cascade/grading.ts';
import { useTexts } from '../i18n/texts.ts';
import { packTexts } from './pack-texts.ts';
import { StateBadge } from './state-badge.tsx';

const colours: Readonly<Record<Grade, string>> = { A: 'green', B: 'teal', C: 'yellow', recycle: 'gray' };

export function GradeBadge({ grade }: { grade: Grade }) {
  const say = useTexts(packTexts);
  return (
    <StateBadge
      color={colours[grade]}
      icon={grade === 'recycle' ? IconRecycle : IconStar}
      words={say(`grade.${grade}`)}
      value={grade}
    />
  );
}
