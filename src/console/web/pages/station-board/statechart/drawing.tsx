import { useId } from 'react';
import classes from './chart.module.css';
import type { Arrow, Box, Chart } from './layout.ts';

interface DrawingProps {
  chart: Chart;
  /** Paths of the active states, and of all they lie in. */
  lit: ReadonlySet<string>;
  zoom: number;
  label: string;
}

/** The chart as SVG, in the colours of the page. */
export function Drawing({ chart, lit, zoom, label }: DrawingProps) {
  const head = useId();
  const { width, height, boxes, arrows } = chart;
  return (
    <svg
      role="img"
      aria-label={label}
      width={(width + 16) * zoom}
      height={(height + 16) * zoom}
      viewBox={`-8 -8 ${width + 16} ${height + 16}`}
    >
      <defs>
        <marker id={head} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
          <path d="M0 0 L8 4 L0 8 z" className={classes.head} />
        </marker>
      </defs>
      {boxes
        .filter(({ group }) => group)
        .map((box) => (
          <State key={box.path} box={box} lit={lit.has(box.path)} />
        ))}
      {arrows.map((arrow) => (
        <path
          key={`${arrow.from} ${arrow.to}`}
          d={curve(arrow)}
          className={classes.arrow}
          markerEnd={`url(#${head})`}
        />
      ))}
      {boxes
        .filter(({ group }) => !group)
        .map((box) => (
          <State key={box.path} box={box} lit={lit.has(box.path)} />
        ))}
    </svg>
  );
}

function State({ box, lit }: { box: Box; lit: boolean }) {
  const { x, y, width, height, group, name, initial, final, path } = box;
  const look = group ? [classes.group, lit && classes.litGroup] : [classes.box, lit && classes.lit];
  const words = [classes.name, group && classes.groupName, lit && !group && classes.litName];
  return (
    <g data-path={path} data-lit={lit}>
      <rect x={x} y={y} width={width} height={height} rx={group ? 6 : 12} className={joined(look)} />
      {final && <rect x={x + 3} y={y + 3} width={width - 6} height={height - 6} rx={9} className={classes.arrow} />}
      {initial && !group && <circle cx={x} cy={y + height / 2} r={4} className={classes.first} />}
      <text
        x={group ? x + 10 : x + width / 2}
        y={group ? y + 15 : y + height / 2 + 4}
        textAnchor={group ? 'start' : 'middle'}
        className={joined(words)}
      >
        {name}
      </text>
    </g>
  );
}

const joined = (names: readonly (string | false | undefined)[]): string => names.filter(Boolean).join(' ');

/** Through the points, with the corners rounded. */
function curve({ points }: Arrow): string {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (!first || !last) return '';
  const parts = rest.slice(0, -1).map((point, at) => {
    const next = rest[at + 1] ?? last;
    const end = at === rest.length - 2 ? last : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    return `Q${point.x} ${point.y} ${end.x} ${end.y}`;
  });
  return `M${first.x} ${first.y} ${parts.length === 0 ? `L${last.x} ${last.y}` : parts.join(' ')}`;
}
