import { ActionIcon, Box, Stack, Tooltip } from '@mantine/core';
import { IconFocusCentered, IconMinus, IconPlus } from '@tabler/icons-react';
import { memo, type PointerEvent, useMemo, useRef, useState } from 'react';
import { useLanguage, useTexts } from '../../i18n/texts.ts';
import { districts } from './districts.ts';
import classes from './map.module.css';
import { type Point, project, type View, viewAround, zoomed } from './projection.ts';
import type { StationRow } from './station-row.ts';
import { networkTexts } from './texts.ts';
import { troubleLooks } from './trouble-badge.tsx';
import { rankOf, type Trouble, troubleOf } from './worst-first.ts';

const aspect = 1;

interface NetworkMapProps {
  rows: readonly StationRow[];
  chosen: string | null;
  onChoose: (station: string) => void;
}

/** Where the stations stand, the worst on top. What it shows stands in the table, too. */
export default function NetworkMap({ rows, chosen, onChoose }: NetworkMapProps) {
  const say = useTexts(networkTexts);
  const where = useMemo(() => rows.map(({ station }) => placeOf(station.location)), [rows]);
  const [own, setOwn] = useState<View | null>(null);
  const view = own ?? viewAround(where, aspect);
  const drag = useDrag(view, setOwn);
  const onTop = useMemo(() => rows.toSorted((a, b) => rankOf(b) - rankOf(a)), [rows]);
  const size = view.width / 48;
  return (
    <Box pos="relative" h="min(70vh, 560px)" w="100%" data-testid="map">
      <svg
        className={classes.picture}
        viewBox={`${view.x} ${view.y} ${view.width} ${view.height}`}
        preserveAspectRatio="xMidYMid meet"
        role="img"
        aria-label={say('map.label', { n: rows.length })}
        {...drag}
      >
        <Ground size={size} />
        {onTop.map((row) => (
          <StationMark
            key={row.station.id}
            id={row.station.id}
            name={`${row.station.name}: ${say(`trouble.${troubleOf(row)}`)}`}
            at={placeOf(row.station.location)}
            trouble={troubleOf(row)}
            size={size}
            isChosen={row.station.id === chosen}
            onChoose={onChoose}
          />
        ))}
      </svg>
      <Stack gap={4} className={classes.tools}>
        <Tool name={say('map.closer')} icon={IconPlus} act={() => setOwn(zoomed(view, 0.6))} />
        <Tool name={say('map.farther')} icon={IconMinus} act={() => setOwn(zoomed(view, 1 / 0.6))} />
        <Tool name={say('map.all')} icon={IconFocusCentered} act={() => setOwn(null)} />
      </Stack>
    </Box>
  );
}

const placeOf = ({ lon, lat }: { lon: number; lat: number }): Point => project([lon, lat]);

function Tool({ name, icon: Picture, act }: { name: string; icon: typeof IconPlus; act: () => void }) {
  return (
    <Tooltip label={name} position="left">
      <ActionIcon variant="default" size="lg" aria-label={name} onClick={act}>
        <Picture size={18} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

const Ground = memo(({ size }: { size: number }) => {
  const { language } = useLanguage();
  return (
    <>
      {districts.map(({ id, paths }) => (
        // The ground of a district lies over its lines: between the parts of one none is seen.
        <g key={id}>
          {paths.map((path) => (
            <path key={path.slice(0, 24)} d={path} className={classes.outline} />
          ))}
          {paths.map((path) => (
            <path key={path.slice(0, 24)} d={path} className={classes.ground} />
          ))}
        </g>
      ))}
      {districts.map(({ id, name, label: [x, y] }) => (
        <text key={id} x={x} y={y} fontSize={size * 1.5} className={classes.district}>
          {name[language]}
        </text>
      ))}
    </>
  );
});

interface StationMarkProps {
  id: string;
  name: string;
  at: Point;
  trouble: Trouble;
  size: number;
  isChosen: boolean;
  onChoose: (station: string) => void;
}

const isSame = (a: StationMarkProps, b: StationMarkProps): boolean =>
  a.name === b.name && a.trouble === b.trouble && a.size === b.size && a.isChosen === b.isChosen && a.at[0] === b.at[0];

const StationMark = memo(({ id, name, at: [x, y], trouble, size, isChosen, onChoose }: StationMarkProps) => {
  const { color, shape } = troubleLooks[trouble];
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: for the pointer only; the keyboard has the same in the table beside it.
    <g
      transform={`translate(${x} ${y}) scale(${size})`}
      data-station={id}
      data-state={trouble}
      onClick={() => onChoose(id)}
    >
      {isChosen && <circle r={1.6} className={classes.chosen} />}
      <path d={shapes[shape]} className={classes.station} fill={`var(--mantine-color-${color}-filled)`}>
        <title>{name}</title>
      </path>
    </g>
  );
}, isSame);

/** About the origin, some two units wide. */
const shapes = {
  dot: 'M-.7 0a.7.7 0 1 0 1.4 0a.7.7 0 1 0-1.4 0Z',
  diamond: 'M0-1L1 0L0 1L-1 0Z',
  triangle: 'M0-1.1L1.15.9H-1.15Z',
  cross: 'M-1-.6L-.6-1L0-.4L.6-1L1-.6L.4 0L1 .6L.6 1L0 .4L-.6 1L-1 .6L-.4 0Z',
} as const;

/** The ground follows the hand. */
function useDrag(view: View, move: (view: View) => void) {
  const from = useRef<{ x: number; y: number; view: View; perPixel: number } | null>(null);
  return {
    onPointerDown(event: PointerEvent<SVGSVGElement>) {
      const { width, height } = event.currentTarget.getBoundingClientRect();
      const perPixel = Math.max(view.width / width, view.height / height);
      from.current = { x: event.clientX, y: event.clientY, view, perPixel };
    },
    onPointerMove(event: PointerEvent<SVGSVGElement>) {
      const start = from.current;
      if (!start || event.buttons === 0) return;
      const [dx, dy] = [event.clientX - start.x, event.clientY - start.y];
      if (Math.hypot(dx, dy) < 4) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      move({ ...start.view, x: start.view.x - dx * start.perPixel, y: start.view.y - dy * start.perPixel });
    },
    onPointerUp() {
      from.current = null;
    },
  };
}
