import { Badge, type MantineSize } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';

interface StateBadgeProps {
  color: string;
  icon: Icon;
  words: string;
  size?: MantineSize;
  /** For tests: what is said, in no language. */
  value?: string;
}

/** A state: icon, words, and a tint behind them. The words are in the colour of text, so that they are read on every tint. */
export function StateBadge({ color, icon: Picture, words, size = 'md', value }: StateBadgeProps) {
  return (
    <Badge
      variant="light"
      color={color}
      size={size}
      c="var(--mantine-color-text)"
      tt="none"
      maw="100%"
      leftSection={<Picture size={14} aria-hidden color={`var(--mantine-color-${color}-filled)`} />}
      data-state={value}
    >
      {words}
    </Badge>
  );
}
