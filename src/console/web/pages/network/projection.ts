/** Degrees as GeoJSON has them. */
export type Lonlat = readonly [lon: number, lat: number];
export type Point = readonly [x: number, y: number];

/** What of the drawing is seen: `viewBox` of the picture. */
export interface View {
  x: number;
  y: number;
  width: number;
  height: number;
}

const unitsPerDegree = 1_000;
/** Beijing's middle: at this latitude a kilometre is as long to the east as to the north. */
const cosine = Math.cos((40 * Math.PI) / 180);

/** A plain map is true enough over two degrees. */
export const project = ([lon, lat]: Lonlat): Point => [
  (lon - 116.4) * cosine * unitsPerDegree,
  (40 - lat) * unitsPerDegree,
];

export const pathOf = (rings: readonly (readonly Lonlat[])[]): string =>
  rings
    .map(
      (ring) =>
        `M${ring
          .map((each) =>
            project(each)
              .map((value) => value.toFixed(1))
              .join(' '),
          )
          .join('L')}Z`,
    )
    .join('');

/** The smallest view of this shape with all points in it and room around; never closer than a few kilometres. */
export function viewAround(points: readonly Point[], aspect: number): View {
  if (points.length === 0) return { x: -500, y: -500 / aspect, width: 1_000, height: 1_000 / aspect };
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const middle: Point = [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2];
  const wide = Math.max(...xs) - Math.min(...xs);
  const high = Math.max(...ys) - Math.min(...ys);
  const width = Math.max(wide * 1.15, high * 1.15 * aspect, 150);
  return { x: middle[0] - width / 2, y: middle[1] - width / aspect / 2, width, height: width / aspect };
}

/** Closer (factor below 1) or farther, about its middle. */
export function zoomed({ x, y, width, height }: View, factor: number): View {
  const next = Math.min(4_000, Math.max(40, width * factor));
  const by = next / width;
  return { x: x + (width * (1 - by)) / 2, y: y + (height * (1 - by)) / 2, width: next, height: height * by };
}
